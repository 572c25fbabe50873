namespace Granary.Tests.Scripts;

/// <summary>The <c>./granary</c> of a clone: builds when it must, then runs.</summary>
public sealed class WrapperTests : IDisposable
{
    private const string Source = "src/Granary/Program.cs";

    private readonly ScriptTree tree = new();

    public WrapperTests()
    {
        tree.Write(Source, "");
        tree.Write("src/Granary.Core/Model/Build.cs", "");
        tree.Write("Directory.Build.props", "");
        // Builds a program that prints its arguments.
        tree.WriteDotnet(
            """
            echo "$1" >> "${0%/*}/builds"
            while [ "$1" != -o ]; do shift; done
            printf '#!/bin/bash\nprintf "<%%s>" "$@"\nexit 7\n' > "$2/granary"
            chmod +x "$2/granary"
            """);
    }

    private int Builds => File.Exists(Path.Combine(tree.Root, "bin/builds")) ? File.ReadAllLines(Path.Combine(tree.Root, "bin/builds")).Length : 0;

    [Fact]
    public async Task A_fresh_clone_is_built_and_run_with_its_arguments_and_exit_code()
    {
        var run = await tree.RunAsync("granary", "search", "two words", "");

        run.ShouldBe((7, "<search><two words><>", run.Error));
        run.Error.ShouldContain("granary: building");
        Builds.ShouldBe(1);
    }

    [Fact]
    public async Task What_is_current_is_run_at_once()
    {
        await tree.RunAsync("granary");

        var run = await tree.RunAsync("granary", "status");

        run.ShouldBe((7, "<status>", ""));
        Builds.ShouldBe(1);
    }

    [Theory]
    [InlineData("a source changed")]
    [InlineData("a file was added")]
    [InlineData("a file was deleted")]
    [InlineData("the packages changed")]
    public async Task What_is_older_than_its_sources_is_built_again(string what)
    {
        await tree.RunAsync("granary");
        switch (what)
        {
            case "a source changed":
                tree.Write(Source, "// more");
                break;
            case "a file was added":
                tree.Write("src/Granary.Core/Model/LogFile.cs", "");
                break;
            case "a file was deleted":
                File.Delete(Path.Combine(tree.Root, "src/Granary.Core/Model/Build.cs"));
                break;
            default:
                tree.Write("Directory.Packages.props", "");
                break;
        }

        (await tree.RunAsync("granary")).Code.ShouldBe(7);
        Builds.ShouldBe(2);
        (await tree.RunAsync("granary")).Code.ShouldBe(7);
        Builds.ShouldBe(2);
    }

    [Fact]
    public async Task It_is_found_through_a_link()
    {
        File.CreateSymbolicLink(Path.Combine(tree.Root, "bin/linked"), Path.Combine(tree.Root, "granary"));

        (await tree.RunAsync("bin/linked", "x")).Out.ShouldBe("<x>");
    }

    [Fact]
    public async Task A_build_that_fails_is_shown_and_nothing_is_run()
    {
        await tree.RunAsync("granary");
        tree.Write(Source, "broken");
        tree.WriteDotnet("echo 'error CS1002: ; expected'; exit 1");

        var run = await tree.RunAsync("granary", "search");

        run.Code.ShouldBe(2);
        run.Out.ShouldBeEmpty();
        run.Error.ShouldContain("error CS1002");
    }

    [Fact]
    public async Task Without_the_SDK_it_says_what_is_needed()
    {
        File.Delete(Path.Combine(tree.Root, "bin/dotnet"));

        var run = await tree.RunAsync("granary", "search");

        run.ShouldBe((2, "", "granary: the .NET SDK (10 or later) is needed: https://dot.net\n"));
    }

    public void Dispose() => tree.Dispose();
}
