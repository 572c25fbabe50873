using Granary.Core.Queries;
using Granary.Elastic.Searching;

namespace Granary.Elastic.Tests.Searching;

/// <summary>What the engine is asked; that it answers rightly is for the suite on the real engine.</summary>
public sealed class TranslationTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("job:Unit-Tests", """{"term":{"cicd.pipeline.name":"unit-tests"}}""")]
    [InlineData("job:unit*", """{"wildcard":{"cicd.pipeline.name":{"value":"unit*"}}}""")]
    [InlineData("file:a?b*", """{"wildcard":{"log.file.path":{"value":"a\\?b*"}}}""")]
    [InlineData("result:*", """{"exists":{"field":"cicd.pipeline.result"}}""")]
    [InlineData("label.OS:x", """{"term":{"granary.labels":"\u0001o\u0001s=x"}}""")]
    [InlineData("*", """{"match_all":{}}""")]
    [InlineData("since:2026-11-20T10:00:00Z", """{"range":{"@timestamp":{"gte":"2026-11-20T10:00:00.000Z"}}}""")]
    [InlineData("-job:a", """{"bool":{"must_not":[{"term":{"cicd.pipeline.name":"a"}}]}}""")]
    [InlineData("job:a source:b", """{"bool":{"filter":[{"term":{"cicd.pipeline.name":"a"}},{"term":{"granary.source":"b"}}]}}""")]
    public void A_query_of_builds_and_times_is_left_to_the_engine(string query, string expected)
    {
        var translation = Of(query);
        System.Text.Json.Nodes.JsonNode.DeepEquals(translation.Query, System.Text.Json.Nodes.JsonNode.Parse(expected))
            .ShouldBeTrue(translation.Query.ToJsonString());
        translation.IsExact.ShouldBeTrue();
        translation.SplitsLong.ShouldBeFalse();
    }

    [Theory]
    [InlineData("error", """{"term":{"message":"error"}}""", true)]
    [InlineData("\"no space left\"", """{"match_phrase":{"message":"no space left"}}""", true)]
    [InlineData("err*", """{"prefix":{"message":"err"}}""", true)]
    [InlineData("*error", """{"wildcard":{"message":{"value":"*error"}}}""", true)]
    [InlineData("*error*", """{"wildcard":{"message":{"value":"*error*"}}}""", true)]
    [InlineData("no*device", """{"bool":{"filter":[{"prefix":{"message":"no"}},{"wildcard":{"message":{"value":"*device"}}}]}}""", false)]
    [InlineData("*a::test*", """{"bool":{"filter":[{"wildcard":{"message":{"value":"*a"}}},{"prefix":{"message":"test"}}]}}""", false)]
    [InlineData("==>", """{"match_all":{}}""", false)]
    [InlineData("severity>=error", """{"terms":{"log.level":["error","critical"]}}""", true)]
    [InlineData("severity:none", """{"bool":{"must_not":[{"exists":{"field":"log.level"}}]}}""", true)]
    [InlineData("-error", """{"bool":{"must_not":[{"term":{"message":"error"}}]}}""", true)]
    [InlineData("-no*device", """{"match_all":{}}""", false)]
    [InlineData("a OR ==>", """{"match_all":{}}""", false)]
    public void A_query_of_lines_narrows_whole_lines(string query, string expected, bool exact)
    {
        var translation = Of(query);
        var whole = translation.Query["bool"]!["should"]![0]!["bool"]!["filter"]![0]!;
        System.Text.Json.Nodes.JsonNode.DeepEquals(whole, System.Text.Json.Nodes.JsonNode.Parse(expected)).ShouldBeTrue(whole.ToJsonString());
        translation.IsExact.ShouldBe(exact);
        translation.SplitsLong.ShouldBeTrue();
    }

    [Theory]
    [InlineData("err", """[{"term":{"granary.long":true}},{"bool":{"should":[{"term":{"message":"err"}},{"terms":{"granary.tail":["e","er"]}}],"minimum_should_match":1}}]""")]
    [InlineData("err job:a", """[{"term":{"granary.long":true}},{"term":{"cicd.pipeline.name":"a"}},{"bool":{"should":[{"term":{"message":"err"}},{"terms":{"granary.tail":["e","er"]}}],"minimum_should_match":1}}]""")]
    [InlineData("-err job:a", """[{"term":{"granary.long":true}},{"term":{"cicd.pipeline.name":"a"}}]""")]
    public void Parts_of_long_lines_are_candidates_where_a_match_can_begin(string query, string expected)
    {
        var parts = Of(query).Query["bool"]!["should"]![1]!["bool"]!["filter"]!;
        System.Text.Json.Nodes.JsonNode.DeepEquals(parts, System.Text.Json.Nodes.JsonNode.Parse(expected)).ShouldBeTrue(parts.ToJsonString());
    }

    private static QueryTranslation Of(string query) => QueryTranslation.Of(QueryParser.Parse(query, Now));
}
