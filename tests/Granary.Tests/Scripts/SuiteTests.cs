namespace Granary.Tests.Scripts;

/// <summary>The <c>./test</c> of a clone; its last line is what others read.</summary>
public sealed class SuiteTests : IDisposable
{
    private readonly ScriptTree tree = new();

    public SuiteTests() => tree.WriteDotnet("exit 0");

    [Fact]
    public async Task What_all_projects_say_is_summed_up()
    {
        Project("A.Tests", "Total: 12, Errors: 0, Failed: 0, Skipped: 2, Not Run: 1, Time: 0.5s");
        Project("B.Tests", "Total: 3, Errors: 0, Failed: 0, Skipped: 0, Not Run: 0, Time: 0.1s");

        (await LastLineAsync()).ShouldBe((0, "12 passed, 0 failed, 2 skipped"));
    }

    [Fact]
    public async Task Only_the_projects_that_are_named_are_run()
    {
        Project("A.Tests", "Total: 12, Errors: 0, Failed: 0, Skipped: 0, Not Run: 0, Time: 0.5s");
        Project("B.Tests", "Total: 3, Errors: 0, Failed: 0, Skipped: 0, Not Run: 0, Time: 0.1s");

        (await LastLineAsync("B.Tests")).ShouldBe((0, "3 passed, 0 failed, 0 skipped"));
    }

    [Fact]
    public async Task Failures_and_errors_fail_the_suite()
    {
        Project("A.Tests", "Total: 12, Errors: 1, Failed: 2, Skipped: 0, Not Run: 0, Time: 0.5s", code: 1);
        Project("B.Tests", "Total: 3, Errors: 0, Failed: 0, Skipped: 0, Not Run: 0, Time: 0.1s");

        (await LastLineAsync()).ShouldBe((1, "13 passed, 3 failed, 0 skipped"));
    }

    [Theory]
    [InlineData("Segmentation fault", 139)]
    [InlineData("", 0)]
    public async Task A_project_that_ends_before_its_summary_has_failed(string said, int code)
    {
        Project("A.Tests", said, code);
        Project("B.Tests", "Total: 3, Errors: 0, Failed: 0, Skipped: 0, Not Run: 0, Time: 0.1s");

        (await LastLineAsync()).ShouldBe((1, "3 passed, 1 failed, 0 skipped"));
    }

    [Fact]
    public async Task A_project_that_was_not_built_has_failed()
    {
        Project("A.Tests", "Total: 3, Errors: 0, Failed: 0, Skipped: 0, Not Run: 0, Time: 0.1s");
        tree.Write("tests/B.Tests/B.Tests.csproj", "");

        (await LastLineAsync()).ShouldBe((1, "3 passed, 1 failed, 0 skipped"));
    }

    [Fact]
    public async Task A_build_that_fails_fails_the_suite_and_its_last_line_stays()
    {
        Project("A.Tests", "Total: 3, Errors: 0, Failed: 0, Skipped: 0, Not Run: 0, Time: 0.1s");
        tree.WriteDotnet("echo 'error CS1002: ; expected'; exit 1");

        (await LastLineAsync()).ShouldBe((1, "0 passed, 1 failed, 0 skipped"));
    }

    public void Dispose() => tree.Dispose();

    private void Project(string name, string summary, int code = 0)
    {
        tree.Write($"tests/{name}/{name}.csproj", "");
        tree.Write($"artifacts/bin/{name}/release/{name}", $"#!/bin/bash\necho '   {name}  {summary}'\nexit {code}\n");
    }

    private async Task<(int Code, string LastLine)> LastLineAsync(params string[] projects)
    {
        var run = await tree.RunAsync("test", projects);
        return (run.Code, run.Out.TrimEnd('\n').Split('\n')[^1]);
    }
}
