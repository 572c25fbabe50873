using Granary.Core.Model;
using Granary.Core.Ports;
using Granary.Sources.Tests.Http;

namespace Granary.Sources.Tests.Zuul;

public class ZuulLogsTests
{
    private static async Task<IReadOnlyList<LogFile>> ListAsync(ScriptedServer server, SourceFilter? filter = null, Build? build = null)
    {
        await using var source = SourceFactory.Create(Given.Zuul(server.Address) with { Filter = filter ?? new() }, Given.Quick);
        return await source.ListLogsAsync(build ?? Given.Build(server.Address + "/logs/u1"), CancellationToken.None);
    }

    private static ScriptedServer Serving(string manifest) => new(request => request.Path == "/logs/u1/zuul-manifest.json"
        ? ScriptedAnswer.Text(manifest).With("Content-Type", "application/octet-stream") : ScriptedAnswer.Text("no", 404));

    [Fact]
    public async Task A_manifest_is_walked_and_its_names_are_escaped_by_segment()
    {
        await using var server = Serving("""
            {"tree":[{"name":"job-output.txt","mimetype":"text/plain","encoding":null,"size":12},
             {"name":"odd names","mimetype":"application/directory","children":[
               {"name":"100% #1?.log","mimetype":"text/plain","size":0},{"name":"Grüße.txt","mimetype":"text/plain"},
               {"name":"deep","mimetype":"application/directory","children":[]}]},
             {"name":"shot.bin","mimetype":"image/png","size":9},{"name":"empty","mimetype":"application/directory"}],"index_links":false}
            """);
        var files = await ListAsync(server);
        files.Select(file => file.Path).ShouldBe(["job-output.txt", "odd names/100% #1?.log", "odd names/Grüße.txt", "shot.bin"]);
        files[1].Url.ShouldBe(server.Address + "/logs/u1/odd%20names/100%25%20%231%3F.log");
        files[2].Url.ShouldEndWith("/odd%20names/Gr%C3%BC%C3%9Fe.txt");
        files[0].Size.ShouldBe(12);
        files.Where(file => file.Skipped is not null).Single().Skipped.ShouldBe("not text: .bin");
    }

    [Theory]
    [InlineData("..")]
    [InlineData("../secret")]
    [InlineData("a/b")]
    [InlineData("a\\\\b")]
    [InlineData("caf\\udce9.txt")]
    public async Task A_name_that_leads_elsewhere_is_named_and_not_read(string name)
    {
        await using var server = Serving($$"""{"tree":[{"name":"{{name}}","mimetype":"text/plain"},{"name":"ok.txt","mimetype":"text/plain"}]}""");
        var files = await ListAsync(server);
        files.Count(file => file.Skipped?.StartsWith("refused") == true).ShouldBe(1);
        files.Count(file => file.Skipped is null).ShouldBe(1);
    }

    [Fact]
    public async Task A_tree_that_is_too_deep_is_cut_with_a_reason()
    {
        var deep = string.Concat(Enumerable.Repeat("""{"name":"d","children":[""", 110))
            + """{"name":"x.txt"}""" + string.Concat(Enumerable.Repeat("]}", 110));
        await using var server = Serving($$"""{"tree":[{{deep}}]}""");
        (await ListAsync(server)).Single().Skipped.ShouldBe("refused: too deep");
    }

    [Fact]
    public async Task Globs_choose_the_files_and_the_others_say_so()
    {
        await using var server = Serving("""{"tree":[{"name":"job-output.txt.gz"},{"name":"job-output.json"},{"name":"a","children":[{"name":"x.txt"}]}]}""");
        (await ListAsync(server, new() { Files = ["*.txt"] })).Where(file => file.Skipped is null).Select(file => file.Path)
            .ShouldBe(["a/x.txt", "job-output.txt.gz"]);
        (await ListAsync(server, new() { Files = ["/job-*"] })).Single(file => file.Skipped is not null).Skipped.ShouldBe("not asked for");
    }

    [Theory]
    [InlineData("job-output.txt.gz")]
    [InlineData("job-output.txt")]
    public async Task Without_a_manifest_the_well_known_names_are_tried(string name)
    {
        await using var server = new ScriptedServer(request =>
            request.Path == "/logs/u1/" + name ? ScriptedAnswer.Text("x") : ScriptedAnswer.Text("no", 404));
        (await ListAsync(server)).Single().Path.ShouldBe(name);
    }

    [Fact]
    public async Task A_log_store_that_refuses_head_is_asked_by_get()
    {
        await using var server = new ScriptedServer(request => request.Path.EndsWith("manifest.json") ? ScriptedAnswer.Text("no", 404)
            : request.Method == "HEAD" ? ScriptedAnswer.Text("no", 405) : ScriptedAnswer.Text("x"));
        (await ListAsync(server)).Single().Path.ShouldBe("job-output.txt.gz");
    }

    [Fact]
    public async Task Logs_that_are_not_there_are_gone()
    {
        await using var server = new ScriptedServer(_ => ScriptedAnswer.Text("no", 404));
        (await Should.ThrowAsync<CiException>(() => ListAsync(server))).Gone.ShouldBeTrue();
    }

    [Fact]
    public async Task A_build_without_log_address_has_no_files_and_asks_nothing()
    {
        await using var server = new ScriptedServer(_ => ScriptedAnswer.Text("no", 500));
        (await ListAsync(server, build: Given.Build())).ShouldBeEmpty();
        server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_build_that_was_wanted_when_it_was_listed_keeps_its_files_when_the_filter_changes()
    {
        await using var server = Serving("""{"tree":[{"name":"job-output.txt"}]}""");
        (await ListAsync(server, new() { Results = ["FAILURE"] })).ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("controller/a.log", "not asked for", "**/*.log", true)]
    [InlineData("controller/a.log", "not asked for", "", true)]
    [InlineData("controller/a.log", "not asked for", "*.txt", false)]
    [InlineData("shot.png", "not asked for", "", false)]
    [InlineData("trace.bin", "not text: .bin", "*.bin", true)]
    [InlineData("trace.bin", "not text: .bin", "", false)]
    [InlineData("trace.log", "not text: binary data", "*.log", false)]
    public async Task A_receipt_is_outgrown_where_a_file_that_was_passed_over_by_its_name_is_asked_for_now(
        string path, string reason, string glob, bool outgrown)
    {
        var filter = new SourceFilter { Files = glob.Length == 0 ? [] : [glob] };
        await using var source = SourceFactory.Create(Given.Zuul("http://localhost/") with { Filter = filter }, Given.Quick);
        var receipt = new Receipt
        {
            Build = Given.Build(),
            Status = ReceiptStatus.Complete,
            Files = [new() { Path = path, Url = "http://localhost/" + path, Status = FileStatus.Skipped, Reason = reason }],
        };

        source.IsOutgrown!(receipt).ShouldBe(outgrown);
        source.IsOutgrown!(receipt with { GivenUp = new(2, "500", Gone: false) }).ShouldBeFalse();
    }

    [Theory]
    [InlineData("finger://host/u1")]
    [InlineData("file:///etc/")]
    [InlineData("http://169.254.169.254/")]
    [InlineData("https://logs.elsewhere/")]
    public async Task A_log_address_elsewhere_is_refused(string address)
    {
        await using var server = new ScriptedServer(_ => ScriptedAnswer.Text("no", 500));
        (await Should.ThrowAsync<CiException>(() => ListAsync(server, build: Given.Build(address)))).Refused.ShouldBeTrue();
    }

    [Fact]
    public async Task A_manifest_elsewhere_is_taken_from_the_artifact()
    {
        await using var server = new ScriptedServer(request => request.Path == "/m/zuul-manifest.json"
            ? ScriptedAnswer.Json("""{"tree":[{"name":"x.txt"}]}""") : ScriptedAnswer.Text("no", 404));
        var build = Given.Build() with
        {
            Labels = new Dictionary<string, string> { ["zuul_manifest"] = server.Address + "/m/zuul-manifest.json" },
        };
        (await ListAsync(server, build: build)).Single().Url.ShouldBe(server.Address + "/m/x.txt");
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("""{"tree":5}""")]
    [InlineData("not json")]
    public async Task A_manifest_that_is_none_is_a_clear_error(string manifest)
    {
        await using var server = Serving(manifest);
        (await Should.ThrowAsync<CiException>(() => ListAsync(server))).Message.ShouldContain("zuul-manifest.json");
    }
}
