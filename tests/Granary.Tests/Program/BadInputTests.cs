namespace Granary.Tests.Program;

/// <summary>Errors name the option or the place, and leave exit code 2 and nothing on standard output.</summary>
public sealed class BadInputTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Theory]
    [InlineData("there is no verb 'frobnicate'", "frobnicate")]
    [InlineData("KIND: 'foo' is not a kind of source", "source add foo x")]
    [InlineData("--url is missing", "source add zuul x --tenant t")]
    [InlineData("--url: 'example.org' is not an http or https address", "source add zuul x --tenant t --url example.org")]
    [InlineData("--tenant: a zuul source needs a tenant", "source add zuul x --url https://example.org")]
    [InlineData("--since: 'yesterday' is neither", "source add zuul x --tenant t --url https://example.org --since yesterday")]
    [InlineData("--token-file: there is no file", "source add zuul x --tenant t --url https://example.org --token-file /nowhere/token")]
    [InlineData("--tenant: a directory source has no such option", "source add directory x --path / --tenant t")]
    [InlineData("--path: there is no directory /nowhere", "source add directory x --path /nowhere")]
    [InlineData("there is no source 'x'", "source pause x")]
    [InlineData("--limit: '-1' is not a whole number of 0 or more", "search foo --limit -1")]
    [InlineData("--context: 'x' is not a whole number of 0 or more", "search foo --context x")]
    [InlineData("--since: wants a span", "search foo --since x")]
    [InlineData("--output: 'xml' is none of text, json", "search foo --output xml")]
    [InlineData("--count and --histogram exclude each other", "search foo --count --histogram")]
    [InlineData("a query of several words is quoted", "search two words")]
    [InlineData("query, column 3: ", "search a|)")]
    [InlineData("not yet", "search /regular/")]
    [InlineData("--lines: 5-3 ends before it begins", "show x --lines 5-3")]
    [InlineData("BUILD: there is no build 'x'", "show x")]
    [InlineData("--port: '65536' is not a whole number from 0 to 65535", "serve --port 65536")]
    [InlineData("--max-size: '5XB' is not a size", "collect --max-size 5XB")]
    [InlineData("--config: there is no file /nowhere", "collect --config /nowhere")]
    [InlineData("no source is configured", "collect --once")]
    [InlineData("--data: /etc/passwd is a file", "search x --data /etc/passwd")]
    public async Task Wrong_input_is_told_and_is_exit_code_2(string error, string arguments)
    {
        var run = await GranaryProgram.RunAsync(folder.Data, arguments.Split(' '));

        run.Error.ShouldContain(error);
        run.Error.ShouldNotContain("   at ");
        run.Out.ShouldBeEmpty();
        run.Code.ShouldBe(2);
    }

    [Fact]
    public async Task A_folder_without_data_is_told_of_and_nothing_is_found()
    {
        var run = await GranaryProgram.RunAsync(folder.Data, "search", "x");

        run.Code.ShouldBe(1);
        run.Error.ShouldContain("nothing is collected in");
        Directory.Exists(folder.Data).ShouldBeFalse();
    }

    [Fact]
    public async Task A_state_file_of_something_else_is_refused()
    {
        folder.Write("data/state.db", "this is no database, whatever its name says");

        var run = await GranaryProgram.RunAsync(folder.Data, "search", "x");

        run.Code.ShouldBe(2);
        run.Error.ShouldContain("state.db is not a database");
        run.Error.ShouldNotContain("   at ");
    }

    [Theory]
    [InlineData("""{ "Sources": [ { "Name": "x", "Kind": "directory", "Path": "/", "Poll": "5x" } ] }""", "Sources:0:Poll: '5x'")]
    [InlineData("""{ "Sources": [ { "Name": "x", "Kind": "directory", "Pth": "/" } ] }""", "Sources:0:Pth is not a setting")]
    [InlineData("""{ "Sources": [ { "Kind": "zuul" } ] }""", "Sources:0:Name is missing")]
    [InlineData("""{ "MaxSizee": 3 }""", "MaxSizee is not a setting")]
    [InlineData("""{ "MaxSize": "many" }""", "MaxSize: 'many' is not a size")]
    [InlineData("""{ "Sources": ] }""", "LineNumber: 0")]
    public async Task A_mistake_in_the_configuration_file_is_named(string file, string error)
    {
        folder.Write("data/appsettings.json", file);

        var run = await GranaryProgram.RunAsync(folder.Data, "collect", "--once");

        run.Error.ShouldContain(error);
        run.Code.ShouldBe(2);
    }

    [Theory]
    [InlineData("demo")]
    [InlineData("source")]
    [InlineData("source add")]
    [InlineData("collect")]
    [InlineData("serve")]
    [InlineData("search")]
    [InlineData("builds")]
    [InlineData("show")]
    [InlineData("verify")]
    [InlineData("status")]
    public async Task Every_verb_has_help_with_examples(string verb)
    {
        var run = await GranaryProgram.RunAsync(folder.Data, [.. verb.Split(' '), "--help"]);

        run.Code.ShouldBe(0);
        run.Out.ShouldContain($"Examples:\n  granary {verb}");
    }

    public void Dispose() => folder.Dispose();
}
