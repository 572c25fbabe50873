using Granary.Core.Queries;

namespace Granary.Core.Tests.Queries;

public class QueryTextTests
{
    [Fact]
    public void What_is_written_is_read_back_as_the_same_tree()
    {
        var random = new Random(11);
        for (var round = 0; round < 20_000; round++)
        {
            var tree = Trees.Random(random, 4);
            var text = QueryText.Of(tree);

            Trees.Describe(Trees.Parse(text)).ShouldBe(Trees.Describe(tree), text);
        }
    }

    [Theory]
    [InlineData("error   AND (disk OR \"No Space\") NOT flaky job:unit*", "error (disk OR \"no space\") -flaky job:unit*")]
    [InlineData("-(a b) severity>warning", "NOT (a b) severity>=error")]
    [InlineData("since:2026-11-01T12:00:00.5Z", "since:2026-11-01T12:00:00.5Z")]
    [InlineData("file:a\\ b* ==", "file:a\\ b* \"==\"")]
    public void A_query_is_written_as_people_would(string query, string expected) => QueryText.Of(Trees.Parse(query)).ShouldBe(expected);
}
