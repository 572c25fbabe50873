using System.Text;
using Granary.Simulator.Faults;
using Granary.Simulator.Logs;

namespace Granary.Simulator.Tests;

public class ExpectedLinesTests
{
    [Fact]
    public void Progress_keeps_its_last_state()
    {
        var (raw, text) = Compose(OddLines.Progress);
        raw.ShouldContain(line => line.EndsWith("done.\r\r"));
        text.Distinct().Order(StringComparer.Ordinal).ShouldBe(["100% [====================] done", "Receiving objects: 100% (1000/1000), done."]);
    }

    [Fact]
    public void Ansi_sequences_leave_only_what_they_dress()
    {
        var (raw, text) = Compose(OddLines.Ansi);
        raw.ShouldContain("\u001b[0;32mPASS\u001b[0m src/components/\u00fcbersicht.spec.ts");
        text.ShouldAllBe(line => !line.Contains('\u001b') && !line.Contains('\u0007'));
        text.ShouldContain("PASS src/components/\u00fcbersicht.spec.ts");
        text.ShouldContain("make: entering the barn");
        text.Distinct().Count().ShouldBe(5);
    }

    [Fact]
    public void Invalid_bytes_become_what_the_framework_makes_of_them()
    {
        var random = new SeededRandom(3);
        for (var i = 0; i < 200; i++)
        {
            var line = new LineBuffer(wantText: true);
            line.BeginLine();
            OddLines.InvalidUtf8(line, ref random);
            Encoding.UTF8.GetString(line.LineText).ShouldBe(Encoding.UTF8.GetString(line.Raw));
            line.LineText.SequenceEqual(line.Raw).ShouldBeFalse();
        }
    }

    [Fact]
    public void A_secret_is_replaced_by_eight_asterisks()
    {
        var (raw, text) = Compose(OddLines.Secret);
        text.Distinct().Order(StringComparer.Ordinal).ShouldBe(["export DEPLOY_TOKEN=********", "using credential ******** for the mirror"]);
        raw.ShouldAllBe(line => !line.Contains('*'));
    }

    [Fact]
    public async Task A_long_line_is_continued_in_parts_that_split_no_character()
    {
        await using var running = await RunningCi.StartAsync(new SimulatorOptions { Builds = 0 });
        var whole = new string('a', 32_767) + "é" + new string('b', 32_766) + "穀" + new string('c', 5);
        var build = running.Ci.AddBuild(Script(whole + "\n" + new string('d', 32_768), [whole, new string('d', 32_768)]));
        var lines = running.Ci.ExpectedLines(build, "a.txt").ToList();
        lines.Select(line => (line.Line, line.Part, line.Text.Length)).ShouldBe([(1, 0, 32_767), (1, 1, 32_768), (1, 2, 8), (2, 0, 32_768)]);
        string.Concat(lines.Take(3).Select(line => Encoding.UTF8.GetString(line.Text.Span))).ShouldBe(whole);
    }

    [Fact]
    public async Task Scripted_lines_are_numbered_from_one()
    {
        await using var running = await RunningCi.StartAsync(new SimulatorOptions { Builds = 0 });
        var build = running.Ci.AddBuild(Script("one\r\n\n50%\r100%\n\u001b[1mtwo\u001b[m\u0085x", ["one", "", "100%", "two\u0085x"]));
        running.Ci.ExpectedLines(build, "a.txt").Select(line => $"{line.Line}.{line.Part} {Encoding.UTF8.GetString(line.Text.Span)}")
            .ShouldBe(["1.0 one", "2.0 ", "3.0 100%", "4.0 two\u0085x"]);
    }

    [Fact]
    public async Task Clean_logs_expect_their_bytes_line_by_line()
    {
        await using var running = await RunningCi.StartAsync(new SimulatorOptions { Builds = 50, TreeRate = 1 });
        foreach (var expected in running.Ci.ExpectedBuilds())
        {
            foreach (var file in expected.Files.Where(file => file.Outcome == Expected.ExpectedFileOutcome.Whole))
            {
                using var reader = new StreamReader(running.Ci.OpenRaw(expected.Build, file.Path), new UTF8Encoding(false, true));
                var raw = await reader.ReadToEndAsync();
                var lines = running.Ci.ExpectedLines(expected.Build, file.Path).Select(line => Encoding.UTF8.GetString(line.Text.Span) + "\n");
                string.Concat(lines).ShouldBe(raw);
                Encoding.UTF8.GetByteCount(raw).ShouldBe((int)file.RawBytes);
            }
        }
    }

    [Fact]
    public async Task Marks_line_ends_and_a_missing_last_one_do_not_show_in_the_text()
    {
        var faults = new SimulatorFaults { ByteOrderMarks = 1, CrLf = 1, NoFinalLineFeed = 1 };
        await using var running = await RunningCi.StartAsync(new SimulatorOptions { Builds = 0 });
        var build = running.Ci.AddBuild(new BuildSpec { LogBytes = 20_001, Faults = faults, Encoding = LogEncoding.Plain });
        using var memory = new MemoryStream();
        await running.Ci.OpenRaw(build, "job-output.txt").CopyToAsync(memory);
        var raw = memory.ToArray();
        raw.Length.ShouldBe(20_001);
        raw.AsSpan(0, 3).SequenceEqual("\uFEFF"u8).ShouldBeTrue();
        raw[^1].ShouldNotBe((byte)'\n');
        var lines = running.Ci.ExpectedLines(build, "job-output.txt").Select(line => Encoding.UTF8.GetString(line.Text.Span)).ToList();
        lines.ShouldBe(Encoding.UTF8.GetString(raw.AsSpan(3)).Split("\r\n"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(63)]
    [InlineData(479)]
    [InlineData(480)]
    [InlineData(1_500)]
    [InlineData(4_194_304)]
    [InlineData(4_194_305)]
    [InlineData(9_000_001)]
    public async Task A_log_has_exactly_the_bytes_asked_for(long bytes)
    {
        var every = new SimulatorFaults { CarriageReturns = 1, AnsiSequences = 1, InvalidUtf8 = 1, LineSeparators = 1, EmptyLines = 1, ByteOrderMarks = 0.5, CrLf = 0.5 };
        await using var running = await RunningCi.StartAsync(new SimulatorOptions { Builds = 0 });
        for (var i = 0; i < 4; i++)
        {
            var build = running.Ci.AddBuild(new BuildSpec { LogBytes = bytes, Result = "FAILURE", Faults = every, Encoding = LogEncoding.Plain });
            using var counted = new MemoryStream();
            await running.Ci.OpenRaw(build, "job-output.txt").CopyToAsync(counted);
            counted.Length.ShouldBe(bytes);
            var feeds = counted.ToArray().Count(b => b == '\n');
            running.Ci.ExpectedLines(build, "job-output.txt").Count(line => line.Part == 0).ShouldBe(feeds);
        }
    }

    [Fact]
    public async Task A_failed_build_holds_its_failure_word_for_word()
    {
        await using var running = await RunningCi.StartAsync(new SimulatorOptions { Builds = 300 });
        var failed = running.Ci.ExpectedBuilds().Where(build => build.Build.Failure is not null).ToList();
        failed.Count.ShouldBeGreaterThan(20);
        failed.Select(build => build.Build.Failure).Distinct().Count().ShouldBeGreaterThan(8);
        foreach (var build in failed)
        {
            running.Ci.ExpectedLines(build.Build, build.Files[0].Path)
                .Count(line => Encoding.UTF8.GetString(line.Text.Span).EndsWith(" | " + build.Build.Failure)).ShouldBe(1);
        }
    }

    private static BuildSpec Script(string raw, string[] lines) => new() { Files = [new ScriptedFile("a.txt", Encoding.UTF8.GetBytes(raw), lines)] };

    private delegate void Composer(LineBuffer line, ref SeededRandom random);

    private static (List<string> Raw, List<string> Text) Compose(Composer compose)
    {
        var random = new SeededRandom(3);
        var raw = new List<string>();
        var text = new List<string>();
        for (var i = 0; i < 200; i++)
        {
            var line = new LineBuffer(wantText: true);
            line.BeginLine();
            compose(line, ref random);
            raw.Add(Encoding.UTF8.GetString(line.Raw));
            text.Add(Encoding.UTF8.GetString(line.LineText));
        }

        return (raw, text);
    }
}
