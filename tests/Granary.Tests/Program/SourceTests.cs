using System.Text.Json;

namespace Granary.Tests.Program;

/// <summary>Sources, and what a directory of log files gives.</summary>
public sealed class SourceTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public async Task A_source_is_added_listed_paused_resumed_and_removed()
    {
        folder.Write("logs/a.log", "x\n");
        (await RunAsync("source", "add", "directory", "local", "--path", folder.Logs, "--job", "unit*", "--poll", "5m")).Code.ShouldBe(0);
        (await RunAsync("source", "add", "directory", "LOCAL", "--path", folder.Logs)).Error.ShouldContain("there is a source 'LOCAL' already");

        (await RunAsync("source", "list")).Lines[1].ShouldMatch($"^local +directory +{folder.Logs} +collected$");
        (await RunAsync("source", "pause", "local")).Code.ShouldBe(0);
        var shown = JsonDocument.Parse((await RunAsync("source", "show", "local", "-o", "json")).Out).RootElement;
        shown.GetProperty("state").GetString().ShouldBe("paused");
        shown.GetProperty("pollSeconds").GetDouble().ShouldBe(300);
        shown.GetProperty("jobs")[0].GetString().ShouldBe("unit*");
        (await RunAsync("source", "resume", "local")).Code.ShouldBe(0);
        (await RunAsync("source", "remove", "local")).Code.ShouldBe(0);
        (await RunAsync("source", "list", "-o", "json")).Out.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_source_under_the_name_of_a_removed_one_leaves_its_lines_alone()
    {
        var first = folder.Write("first/same.log", "of the first\n");
        var second = folder.Write("second/same.log", "of the other\n");
        File.SetLastWriteTimeUtc(first, DateTime.UnixEpoch.AddYears(50));
        File.SetLastWriteTimeUtc(second, DateTime.UnixEpoch.AddYears(50));
        await RunAsync("source", "add", "directory", "d", "--path", Path.GetDirectoryName(first)!);
        await RunAsync("collect", "--once");
        await RunAsync("source", "remove", "d");

        (await RunAsync("source", "add", "directory", "d", "--path", Path.GetDirectoryName(second)!)).Out.ShouldContain("its builds are named d-2/");
        (await RunAsync("collect", "--once")).Code.ShouldBe(0);

        (await RunAsync("search", "*")).Lines.ShouldBe(["d/same.log:1:of the first", "d-2/same.log:1:of the other"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_removed_source_that_is_added_again_goes_on_where_it_was()
    {
        folder.Write("logs/a.log", "one\n");
        await RunAsync("source", "add", "directory", "d", "--path", folder.Logs);
        await RunAsync("collect", "--once");
        await RunAsync("source", "remove", "d");
        folder.Write("logs/b.log", "two\n");

        await RunAsync("source", "add", "directory", "d", "--path", folder.Logs + "/");

        (await RunAsync("collect", "--once")).Error.ShouldContain("1 build, 1 line,");
        (await RunAsync("search", "*")).Lines.ShouldBe(["d/a.log:1:one", "d/b.log:1:two"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_token_is_never_shown()
    {
        var token = folder.Write("token", "tok-5ecret");
        await RunAsync("source", "add", "zuul", "ci", "--url", "https://ci.example.org", "--tenant", "t", "--token-file", token);

        var text = await RunAsync("source", "show", "ci");
        var json = await RunAsync("source", "show", "ci", "-o", "json");

        text.Out.ShouldContain(token);
        (text.Out + json.Out).ShouldNotContain("5ecret");
    }

    [Fact]
    public async Task A_changed_file_is_read_again_and_a_deleted_one_stays_searchable()
    {
        var changed = folder.Write("logs/changed.log", "before\n");
        var deleted = folder.Write("logs/deleted.log", "remembered\n");
        await RunAsync("source", "add", "directory", "local", "--path", folder.Logs);
        await RunAsync("collect", "--once");

        await File.WriteAllTextAsync(changed, "afterwards, and longer\n");
        File.Delete(deleted);
        (await RunAsync("collect", "--once")).Code.ShouldBe(0);

        (await RunAsync("search", "*")).Lines.ShouldBe(
            ["local/changed.log:1:afterwards, and longer", "local/deleted.log:1:remembered"], ignoreOrder: true);
        (await RunAsync("show", "local/changed.log")).Out.ShouldContain("generation 2");
        (await RunAsync("verify")).Code.ShouldBe(0);
    }

    [Fact]
    public async Task Filters_choose_jobs_files_and_times()
    {
        folder.Write("logs/unit/new.log", "wanted\n");
        folder.Write("logs/unit/new.txt", "another name\n");
        folder.Write("logs/deploy/new.log", "another job\n");
        File.SetLastWriteTimeUtc(folder.Write("logs/unit/old.log", "too old\n"), DateTime.UtcNow.AddDays(-9));
        await RunAsync(
            "source", "add", "directory", "local", "--path", folder.Logs, "--job", "un*", "--files", "**/*.log", "--since", "7d");

        (await RunAsync("collect", "--once")).Code.ShouldBe(0);

        (await RunAsync("search", "*")).Out.ShouldBe("local/unit/new.log:1:wanted\n");
    }

    [Fact]
    public async Task Sources_and_settings_may_stand_in_a_file_and_the_environment_overrides_it()
    {
        folder.Write("logs/a.log", "configured\n");
        folder.Write("conf.json", $$"""{ "Sources": [ { "Name": "Conf", "Kind": "directory", "Path": "{{folder.Logs}}", "Files": "*.log" } ] }""");
        var config = Path.Combine(folder.Root, "conf.json");

        (await RunAsync("collect", "--once", "--config", config)).Code.ShouldBe(0);
        await using var wrong = GranaryProgram.Start(
            folder.Data, new Dictionary<string, string> { ["GRANARY__MaxSize"] = "7Q" }, GranaryProgram.Path,
            ["collect", "--once", "--config", config]);

        (await wrong.EndAsync()).Error.ShouldContain("MaxSize: '7Q' is not a size");
        (await RunAsync("search", "configured", "--source", "conf")).Out.ShouldBe("conf/a.log:1:configured\n");
    }

    [Fact]
    public async Task A_source_removed_to_be_purged_keeps_its_name_and_is_not_collected_until_it_is_resumed()
    {
        folder.Write("logs/a.log", "x\n");
        var config = folder.Write("conf.json", $$"""{ "Sources": [ { "Name": "d", "Kind": "directory", "Path": "{{folder.Logs}}" } ] }""");
        (await RunAsync("collect", "--once", "--config", config)).Code.ShouldBe(0);
        (await RunAsync("source", "remove", "d", "--purge-later")).Code.ShouldBe(0);
        folder.Write("logs/b.log", "y\n");

        (await RunAsync("source", "list")).Lines[1].ShouldEndWith("removed, to be purged");
        (await RunAsync("source", "add", "directory", "d", "--path", folder.Logs)).Error.ShouldContain("there is a source 'd' already");
        (await RunAsync("collect", "d", "--once")).Error.ShouldContain("'d' is removed, to be purged");
        var configured = await RunAsync("collect", "--once", "--config", config);

        configured.Error.ShouldContain("'d' stands in the configuration file, but is removed, to be purged");
        (await RunAsync("source", "list")).Lines[1].ShouldEndWith("removed, to be purged");
        (await RunAsync("search", "*")).Lines.ShouldBe(["d/a.log:1:x"]);
        (await RunAsync("source", "resume", "d")).Code.ShouldBe(0);
        (await RunAsync("collect", "--once")).Code.ShouldBe(0);
        (await RunAsync("search", "*", "--count")).Out.ShouldBe("2\n");
    }

    [Fact]
    public async Task Only_lines_before_an_instant_are_found_with_until()
    {
        folder.Write("logs/a.log", "2026-01-02T03:04:05Z early\n2026-01-02T03:04:06Z late\n");
        await RunAsync("source", "add", "directory", "d", "--path", folder.Logs);
        await RunAsync("collect", "--once");

        (await RunAsync("search", "*", "--until", "2026-01-02T03:04:06Z")).Lines.ShouldBe(["d/a.log:1:2026-01-02T03:04:05Z early"]);
        (await RunAsync("search", "*", "--since", "2026-01-02T03:04:06Z", "--until", "2026-01-03")).Lines.ShouldBe(["d/a.log:2:2026-01-02T03:04:06Z late"]);
        (await RunAsync("search", "*", "--until", "2026-01-01")).Code.ShouldBe(1);
        (await RunAsync("search", "*", "--until", "soon")).Error.ShouldContain("--until");
    }

    public void Dispose() => folder.Dispose();

    private Task<GranaryRun> RunAsync(params string[] arguments) => GranaryProgram.RunAsync(folder.Data, arguments);
}
