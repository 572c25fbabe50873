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
    [InlineData("--path is empty", "source add directory x --path ")]
    [InlineData("--token-file is empty", "source add zuul x --tenant t --url https://example.org --token-file ")]
    [InlineData("NAME: a source's name has letters, digits, '-', '_' and '.'", "source add directory a/b --path /")]
    [InlineData("'--bogus' is no option of search", "search foo --bogus")]
    [InlineData("query, column 9: attempt: wants a number", "search attempt:x")]
    [InlineData("there is no source 'x'", "source pause x")]
    [InlineData("--limit: '-1' is not a whole number of 0 or more", "search foo --limit -1")]
    [InlineData("--context: 'x' is not a whole number of 0 or more", "search foo --context x")]
    [InlineData("--since: wants a span", "search foo --since x")]
    [InlineData("--output: 'xml' is none of text, json", "search foo --output xml")]
    [InlineData("--count and --histogram exclude each other", "search foo --count --histogram")]
    [InlineData("--facet excludes --count and --histogram", "search foo --facet job --count")]
    [InlineData("--facet: 'colour' is no field to count by; there are: source, job,", "search foo --facet colour")]
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
    [InlineData("""{ "Sources": [ { "Name": "x", "Kind": "directory", "Path": "" } ] }""", "Sources:0:Path is empty")]
    [InlineData("""{ "Sources": [ { "Name": "x", "Kind": "directory" } ] }""", "Sources:0:Path is missing")]
    [InlineData("""{ "Sources": [ { "Name": "", "Kind": "directory", "Path": "/" } ] }""", "Sources:0:Name is empty")]
    [InlineData("""{ "Sources": [ { "Name": "x y", "Kind": "directory", "Path": "/" } ] }""", "Sources:0:Name: a source's name has")]
    [InlineData("""{ "Sources": [ { "Name": "x", "Kind": "directory", "Path": "/", "Tenant": "t" } ] }""", "Sources:0:Tenant: a directory source has no such setting")]
    [InlineData("""{ "Sources": [ { "Name": "x", "Kind": "directory", "Path": "/", "Results": ["FAILURE"] } ] }""", "Sources:0:Results: a directory source has no such setting")]
    [InlineData("""{ "Sources": [ { "Name": "x", "Kind": "zuul", "Url": "https://example.org", "Tenant": "t", "Path": "/" } ] }""", "Sources:0:Path: a zuul source has no such setting")]
    [InlineData("""{ "Sources": [ { "Name": "x", "Kind": "jenkins", "Url": "https://example.org" } ] }""", "Sources:0:Kind: 'jenkins' is not a kind")]
    [InlineData("""{ "Sources": "x" }""", "Sources: 'x' is not as [ {")]
    [InlineData("""{ "Sources": [ "x" ] }""", "Sources:0: 'x' is not as {")]
    [InlineData("""{ "Index": "http://127.0.0.1:9200" }""", "Index: 'http://127.0.0.1:9200' is not as {")]
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
    [InlineData("""{ "Name": "second", "Kind": "directory", "Path": "/nowhere" }""", "Sources:1:Path: there is no directory /nowhere")]
    [InlineData("""{ "Name": "FIRST", "Kind": "directory", "Path": "/" }""", "Sources:1:Name: there is a source 'FIRST' in the file already")]
    public async Task A_mistake_in_one_source_of_the_file_keeps_the_others_from_being_saved(string second, string error)
    {
        folder.Write("logs/a.log", "x\n");
        folder.Write("data/appsettings.json", $$"""{ "Sources": [ { "Name": "first", "Kind": "directory", "Path": "{{folder.Logs}}" }, {{second}} ] }""");

        var run = await GranaryProgram.RunAsync(folder.Data, "collect", "--once");

        run.Error.ShouldContain(error);
        run.Code.ShouldBe(2);
        (await GranaryProgram.RunAsync(folder.Data, "source", "list", "-o", "json")).Out.ShouldBeEmpty();
    }

    [Fact]
    public async Task Help_into_a_full_disk_is_an_error_like_others()
    {
        var program = GranaryProgram.Start(
            folder.Data, new Dictionary<string, string>(), "/bin/bash", ["-c", "\"$0\" search --help > /dev/full", GranaryProgram.Path]);
        var run = await program.EndAsync();

        run.Code.ShouldBe(2);
        run.Error.ShouldContain("granary: No space left on device");
        run.Error.ShouldNotContain("   at ");
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
