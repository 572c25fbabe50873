using System.Text.Json;

namespace Granary.Tests.Program;

/// <summary>The verbs that read, on a folder of log files.</summary>
public sealed class ReadingTests(CollectedLogs logs) : IClassFixture<CollectedLogs>
{
    [Fact]
    public void Collecting_once_ends_well_when_all_is_complete()
    {
        logs.Collected.Code.ShouldBe(0, logs.Collected.Error);
        logs.Collected.Error.ShouldContain("6 builds, 20,007 lines");
    }

    [Fact]
    public async Task A_hit_in_a_pipe_has_its_log_and_line_number()
    {
        var run = await logs.RunAsync("search", "first bad");

        run.Code.ShouldBe(0);
        run.Out.ShouldBe("local/unit/deep/one.log:2:2026-01-02T03:04:05Z error: first bad thing\n");
    }

    [Fact]
    public async Task Nothing_found_is_exit_code_1() =>
        (await logs.RunAsync("search", "nowhere_at_all")).ShouldBe(new(1, "", "\n"));

    [Fact]
    public async Task A_packed_log_is_found_as_a_plain_one() =>
        (await logs.RunAsync("search", "packed")).Out.ShouldBe("local/packed.log.gz:1:packed bad thing\n");

    [Fact]
    public async Task A_hit_within_the_context_of_another_is_shown_as_a_hit() =>
        (await logs.RunAsync("search", "error", "--context", "1", "--source", "LOCAL")).Lines.ShouldBe(
        [
            "local/unit/deep/one.log-1-start",
            "local/unit/deep/one.log:2:2026-01-02T03:04:05Z error: first bad thing",
            "local/unit/deep/one.log:3:error: second bad thing",
            "local/unit/deep/one.log-4-between",
        ]);

    [Fact]
    public async Task Count_prints_one_number() => (await logs.RunAsync("search", "counted", "--count")).Out.ShouldBe("20000\n");

    [Fact]
    public async Task What_a_limit_left_out_is_told_on_standard_error()
    {
        var run = await logs.RunAsync("search", "bad thing", "--limit", "1");

        run.Lines.Length.ShouldBe(1);
        run.Error.ShouldContain("1 shown, 2 more: --limit 0 shows all");
    }

    [Fact]
    public async Task A_star_without_limit_is_every_line() =>
        (await logs.RunAsync("search", "*", "--limit", "0")).Lines.Length.ShouldBe(20_007);

    [Fact]
    public async Task Json_is_an_object_a_hit_and_then_a_summary()
    {
        var lines = (await logs.RunAsync("search", "first", "-o", "json")).Lines;

        lines.Length.ShouldBe(2);
        var hit = JsonDocument.Parse(lines[0]).RootElement;
        hit.GetProperty("source").GetString().ShouldBe("local");
        hit.GetProperty("job").GetString().ShouldBe("unit");
        hit.GetProperty("build").GetString().ShouldBe("unit/deep/one.log");
        hit.GetProperty("file").GetString().ShouldBe("unit/deep/one.log");
        hit.GetProperty("line").GetInt64().ShouldBe(2);
        hit.GetProperty("time").GetString().ShouldBe("2026-01-02T03:04:05Z");
        hit.GetProperty("severity").GetString().ShouldBe("error");
        hit.GetProperty("url").GetString().ShouldBe(Path.Combine(logs.Folder.Logs, "unit/deep/one.log"));
        var match = hit.GetProperty("matches")[0];
        hit.GetProperty("text").GetString()![match[0].GetInt32()..match[1].GetInt32()].ShouldBe("first");
        var summary = JsonDocument.Parse(lines[1]).RootElement;
        summary.GetProperty("type").GetString().ShouldBe("summary");
        summary.GetProperty("total").GetInt64().ShouldBe(1);
        summary.GetProperty("exact").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task A_histogram_sums_up_to_the_count()
    {
        var lines = (await logs.RunAsync("search", "bad", "--histogram", "-o", "json")).Lines
            .Select(line => JsonDocument.Parse(line).RootElement).ToList();

        lines[^1].GetProperty("total").GetInt64().ShouldBe(3);
        lines[^1].GetProperty("exact").GetBoolean().ShouldBeTrue();
        lines[^1].GetProperty("elapsedSeconds").GetDouble().ShouldBeGreaterThan(0);
        lines[..^1].Sum(bucket => bucket.GetProperty("count").GetInt64()).ShouldBe(3);
    }

    [Fact]
    public async Task The_commonest_values_of_fields_are_shown_most_first()
    {
        var run = await logs.RunAsync("search", "bad", "--facet", "severity", "--facet", "job", "-n", "1");

        (run.Code, run.Out).ShouldBe((0, "severity:\nerror           2\n\njob:\nunit           2\n"));
    }

    [Fact]
    public async Task Values_of_fields_come_as_an_object_each_and_a_summary()
    {
        var lines = (await logs.RunAsync("search", "bad", "--facet", "severity", "-n", "0", "-o", "json")).Lines;

        lines[..^1].ShouldBe([
            """{"type":"facet","field":"severity","value":"error","count":2}""", """{"type":"facet","field":"severity","value":"none","count":1}"""]);
        JsonDocument.Parse(lines[^1]).RootElement.GetProperty("total").GetInt64().ShouldBe(3);
        (await logs.RunAsync("search", "nothinghere", "--facet", "job")).Code.ShouldBe(1);
    }

    [Fact]
    public async Task Colour_marks_the_match_when_asked_for() =>
        (await logs.RunAsync("search", "packed", "--color", "always")).Out.ShouldContain("\e[1;31mpacked\e[0m bad");

    [Fact]
    public async Task Builds_are_listed_with_their_fate()
    {
        var lines = (await logs.RunAsync("builds", "job:unit")).Lines;

        lines.Length.ShouldBe(2);
        lines.ShouldAllBe(line => line.Contains("complete", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_binary_file_is_named_on_the_receipt() =>
        (await logs.RunAsync("show", "deploy/program")).Out.ShouldContain("not text");

    [Fact]
    public async Task An_empty_file_is_a_build_without_lines() =>
        (await logs.RunAsync("show", "local/unit/empty.log")).Out.ShouldContain("0 lines");

    [Fact]
    public async Task Show_prints_the_lines_asked_for() =>
        (await logs.RunAsync("show", "local/unit/deep/one.log", "--lines", "3-4")).Out.ShouldBe("error: second bad thing\nbetween\n");

    [Fact]
    public async Task Verify_finds_no_gap()
    {
        var run = await logs.RunAsync("verify");

        run.Code.ShouldBe(0);
        run.Out.ShouldContain("20,007 lines: 0 gaps");
    }

    [Fact]
    public async Task Status_counts_what_is_complete()
    {
        var status = JsonDocument.Parse((await logs.RunAsync("status", "-o", "json")).Out).RootElement;

        var source = status.GetProperty("sources")[0];
        source.GetProperty("complete").GetInt64().ShouldBe(6);
        source.GetProperty("pending").GetInt64().ShouldBe(0);
        source.GetProperty("lines").GetInt64().ShouldBe(20_007);
    }

    [Fact]
    public async Task A_search_ends_quietly_when_nobody_reads_on()
    {
        // One that ran to its end would tell of the hit that the limit left out.
        var run = await ShellAsync("\"$0\" search '*' --limit 20006 | head -n 1");

        run.ShouldBe(new(0, run.Lines[0] + "\n", "\n"));
    }

    [Theory]
    [InlineData("status --watch")]
    [InlineData("status --watch -o json")]
    public async Task A_watch_ends_when_nobody_reads_on(string verb) =>
        (await ShellAsync($"\"$0\" {verb} | head -n 1")).Code.ShouldBe(0);

    [Fact]
    public async Task What_is_told_and_what_is_found_may_go_into_one_file()
    {
        var file = Path.Combine(logs.Folder.Root, "both.txt");
        await ShellAsync($"\"$0\" search 'bad thing' --limit 1 > '{file}' 2>&1");

        var lines = await File.ReadAllLinesAsync(file);
        lines.Length.ShouldBe(2);
        lines[1].ShouldStartWith("granary: 1 shown, ");
    }

    private Task<GranaryRun> ShellAsync(string script) => GranaryProgram.Start(
        logs.Folder.Data, new Dictionary<string, string>(), "/bin/bash", ["-c", "set -o pipefail; " + script, GranaryProgram.Path]).EndAsync();
}
