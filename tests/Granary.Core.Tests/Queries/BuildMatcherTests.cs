using Granary.Core.Model;
using Granary.Core.Queries;

namespace Granary.Core.Tests.Queries;

public class BuildMatcherTests
{
    private static readonly Build Finished = new()
    {
        Key = new BuildKey("zuul", "b1", 2),
        Job = "unit-tests",
        Project = "acme/widgets",
        Result = "FAILURE",
        FinishedAt = Trees.Now.AddHours(-3),
        StartedAt = Trees.Now.AddHours(-30),
        Labels = new Dictionary<string, string> { ["os"] = "Linux" },
        Finished = true,
    };

    [Theory]
    [InlineData("*", true)]
    [InlineData("job:unit* result:failure", true)]
    [InlineData("project:acme/* -job:x", true)]
    [InlineData("attempt:2 label.os:linux source:zuul build:B1", true)]
    [InlineData("branch:*", false)]
    [InlineData("job:(a OR unit-tests)", true)]
    [InlineData("since:1d", true)]
    [InlineData("since:2h", false)]
    [InlineData("until:2h", true)]
    public void Builds_are_found_by_fields_and_their_finish(string query, bool expected) =>
        BuildMatcher.Compile(Trees.Parse(query)).Matches(Finished).ShouldBe(expected);

    [Fact]
    public void A_build_without_a_finish_is_found_by_its_start_and_one_without_either_not_at_all()
    {
        var matcher = BuildMatcher.Compile(Trees.Parse("since:2d"));

        matcher.Matches(Finished with { FinishedAt = null }).ShouldBeTrue();
        matcher.Matches(Finished with { FinishedAt = null, StartedAt = null }).ShouldBeFalse();
    }

    [Theory]
    [InlineData("error")]
    [InlineData("job:x -err*")]
    [InlineData("severity:error")]
    [InlineData("file:x")]
    [InlineData("/a/")]
    public void What_lines_hold_is_refused(string query) =>
        Should.Throw<QueryNotSupportedException>(() => BuildMatcher.Compile(Trees.Parse(query)))
            .Message.ShouldStartWith("builds are found by fields (source, job");
}
