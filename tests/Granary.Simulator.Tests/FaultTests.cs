using System.IO.Compression;
using System.Net;
using System.Text;
using Granary.Simulator.Expected;
using Granary.Simulator.Faults;

namespace Granary.Simulator.Tests;

public class FaultTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public async Task Too_many_requests_say_when_to_come_back_as_seconds_and_as_a_date()
    {
        await using var running = await StartAsync(new SimulatorFaults { TooManyRequests = 1, RetryAfter = TimeSpan.FromSeconds(7) });
        var answers = new[] { await running.GetAsync("api/tenants"), await running.GetAsync("api/tenants") };
        answers.ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.TooManyRequests);
        answers.ShouldContain(answer => answer.Headers.RetryAfter!.Delta == TimeSpan.FromSeconds(7));
        answers.ShouldContain(answer => answer.Headers.RetryAfter!.Date == _clock.GetUtcNow().AddSeconds(7));
    }

    [Fact]
    public async Task Server_errors_come_at_their_rate_and_the_same_in_each_run()
    {
        async Task<List<int>> Codes()
        {
            await using var running = await StartAsync(new SimulatorFaults { ServerErrors = 0.3 });
            var codes = new List<int>();
            for (var i = 0; i < 100; i++)
            {
                using var answer = await running.GetAsync("api/tenants");
                codes.Add((int)answer.StatusCode);
            }

            return codes;
        }

        var first = await Codes();
        first.Count(code => code >= 500).ShouldBeInRange(15, 45);
        first.Count(code => code == 200).ShouldBe(100 - first.Count(code => code >= 500));
        (await Codes()).ShouldBe(first);
    }

    [Fact]
    public async Task A_cut_body_has_fewer_bytes_than_its_length_says()
    {
        await using var running = await StartAsync(new SimulatorFaults { CutBodies = 1 });
        var build = running.Ci.AddBuild(new BuildSpec { LogBytes = 1_000_000, Encoding = LogEncoding.Plain });
        using var answer = await running.GetLogAsync(build, "job-output.txt");
        answer.Content.Headers.ContentLength.ShouldBe(1_000_000);
        await Should.ThrowAsync<HttpRequestException>(() => answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_slow_body_arrives_whole_with_a_pause_before_each_piece()
    {
        var clock = new HastyClock();
        await using var running = await StartAsync(new SimulatorFaults { SlowBodies = 1, SlowPause = TimeSpan.FromHours(1) }, clock);
        var build = running.Ci.AddBuild(new BuildSpec { LogBytes = 100_000, Encoding = LogEncoding.Plain });
        using var answer = await running.GetLogAsync(build, "job-output.txt");
        (await answer.Content.ReadAsByteArrayAsync()).Length.ShouldBe(100_000);
        clock.Waits.Count.ShouldBeInRange(7, 14);
        clock.Waits.ShouldAllBe(wait => wait == TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task Truncated_gzip_ends_in_the_middle_of_a_whole_answer()
    {
        await using var running = await StartAsync(new SimulatorFaults { TruncatedGzip = 1 });
        var build = running.Ci.AddBuild(new BuildSpec { LogBytes = 100_000, Encoding = LogEncoding.StoredWithoutHeader });
        running.Ci.ExpectedBuilds().Single().Files[0].Outcome.ShouldBe(ExpectedFileOutcome.Truncated);
        using var answer = await running.GetLogAsync(build, "job-output.txt.gz");
        var sent = await answer.Content.ReadAsByteArrayAsync();
        var text = new byte[200_000];
        using var gzip = new GZipStream(new MemoryStream(sent), CompressionMode.Decompress);
        var read = 0;
        try
        {
            for (int count; (count = gzip.Read(text, read, text.Length - read)) > 0; read += count)
            {
            }
        }
        catch (InvalidDataException)
        {
            // The framework's reader may say so, or merely end.
        }

        read.ShouldBeInRange(1, 99_999);
    }

    [Fact]
    public async Task Missing_logs_answer_404_though_the_build_names_them()
    {
        await using var running = await StartAsync(new SimulatorFaults { MissingLogs = 1 });
        var build = running.Ci.AddBuild();
        build.LogUrl.ShouldNotBeNull();
        using var answer = await running.GetLogAsync(build, "zuul-manifest.json");
        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        running.Ci.ExpectedBuilds().Single().Outcome.ShouldBe(ExpectedBuildOutcome.Missing);
    }

    [Fact]
    public async Task A_missing_file_stands_in_the_manifest_and_answers_404()
    {
        await using var running = await StartAsync(new SimulatorFaults { MissingFiles = 0.5 });
        var build = running.Ci.AddBuild(new BuildSpec { Tree = true });
        using var manifest = await running.GetLogAsync(build, "zuul-manifest.json");
        var names = await manifest.Content.ReadAsStringAsync();
        var files = running.Ci.ExpectedBuilds().Single().Files;
        files.Count(file => file.Outcome == ExpectedFileOutcome.Missing).ShouldBeInRange(1, files.Count - 1);
        foreach (var file in files)
        {
            using var answer = await running.GetLogAsync(build, file.Path);
            answer.StatusCode.ShouldBe(file.Outcome == ExpectedFileOutcome.Missing ? HttpStatusCode.NotFound : HttpStatusCode.OK);
        }

        names.ShouldContain("syslog.txt");
    }

    [Fact]
    public async Task A_build_without_a_manifest_has_its_console_log_alone()
    {
        await using var running = await StartAsync(new SimulatorFaults { NoManifests = 1 });
        var build = running.Ci.AddBuild(new BuildSpec { Tree = true, Encoding = LogEncoding.Plain });
        using var manifest = await running.GetLogAsync(build, "zuul-manifest.json");
        manifest.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await running.RowsAsync("limit=1"))[0].GetProperty("artifacts").GetRawText().ShouldNotContain("zuul_manifest");
        running.Ci.ExpectedBuilds().Single().Files.Select(file => file.Path).ShouldBe(["job-output.txt"]);
    }

    [Fact]
    public async Task Null_log_addresses_mean_no_logs()
    {
        await using var running = await StartAsync(new SimulatorFaults { NullLogUrls = 1 });
        running.Ci.AddBuild().LogUrl.ShouldBeNull();
        running.Ci.ExpectedBuilds().Single().Outcome.ShouldBe(ExpectedBuildOutcome.NoLogs);
    }

    [Fact]
    public async Task A_changing_log_is_cut_once_and_then_another()
    {
        await using var running = await StartAsync(new SimulatorFaults { ChangingLogs = 1 });
        var build = running.Ci.AddBuild(new BuildSpec { LogBytes = 300_000, Encoding = LogEncoding.Plain });
        using var first = await running.GetLogAsync(build, "job-output.txt");
        await Should.ThrowAsync<HttpRequestException>(() => first.Content.ReadAsByteArrayAsync());
        using var second = await running.GetLogAsync(build, "job-output.txt");
        second.Headers.ETag.ShouldNotBe(first.Headers.ETag);
        var text = Encoding.UTF8.GetString(await second.Content.ReadAsByteArrayAsync());
        var lines = running.Ci.ExpectedLines(build, "job-output.txt").Select(line => Encoding.UTF8.GetString(line.Text.Span) + "\n");
        text.ShouldBe(string.Concat(lines));
    }

    [Fact]
    public async Task A_zip_bomb_is_small_to_fetch_and_large_to_open()
    {
        await using var running = await StartAsync(new SimulatorFaults { ZipBombs = 1, ZipBombBytes = 64 << 20 });
        var build = running.Ci.AddBuild();
        running.Ci.ExpectedBuilds().Single().Files[1].Outcome.ShouldBe(ExpectedFileOutcome.Bomb);
        using var answer = await running.GetLogAsync(build, "logs/repeated.txt.gz");
        var sent = await answer.Content.ReadAsByteArrayAsync();
        sent.Length.ShouldBeLessThan((64 << 20) / 100);
    }

    [Fact]
    public async Task A_binary_log_is_called_text_and_holds_zeros_and_wild_bytes()
    {
        await using var running = await StartAsync(new SimulatorFaults { BinaryLogs = 1 });
        var build = running.Ci.AddBuild();
        using var answer = await running.GetLogAsync(build, "logs/console.log");
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/plain");
        (await answer.Content.ReadAsByteArrayAsync()).ShouldContain((byte)0);
        running.Ci.ExpectedLines(build, "logs/console.log").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_log_can_be_all_lines_of_a_megabyte()
    {
        await using var running = await StartAsync(new SimulatorFaults { LongLines = 1, LongLineShare = 1 });
        var build = running.Ci.AddBuild(new BuildSpec { LogBytes = 8 << 20 });
        var file = running.Ci.ExpectedBuilds().Single().Files[0];
        var lengths = running.Ci.ExpectedLines(build, file.Path).GroupBy(line => line.Line).Select(parts => parts.Sum(part => part.Text.Length)).ToList();
        lengths.Count(length => length == 1_000_000).ShouldBe(8);
    }

    private Task<RunningCi> StartAsync(SimulatorFaults faults, TimeProvider? clock = null) =>
        RunningCi.StartAsync(new SimulatorOptions { Seed = 4, Builds = 0, TimeProvider = clock ?? _clock, Faults = faults });
}
