using System.Text;
using System.Text.RegularExpressions;
using Granary.Simulator.Expected;
using Granary.Simulator.Faults;

namespace Granary.Simulator.Tests;

/// <summary>The stated lines against a slow reading of the raw bytes by the rules of normalisation, with the framework's decoder.</summary>
public partial class NaiveNormaliserTests
{
    public static TheoryData<ulong> Seeds => [.. Enumerable.Range(1, 12).Select(seed => (ulong)seed)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Stated_lines_are_what_the_rules_make_of_the_bytes(ulong seed)
    {
        var faults = new SimulatorFaults
        {
            ByteOrderMarks = 0.5, CrLf = 0.4, CarriageReturns = 0.7, AnsiSequences = 0.7, InvalidUtf8 = 0.7, LineSeparators = 0.7,
            EmptyLines = 0.7, NoFinalLineFeed = 0.5, LongLines = 0.2, LongLineShare = 0.02, LongLineBytes = 100_000, OddLineShare = 0.3,
        };
        await using var running = await RunningCi.StartAsync(
            new SimulatorOptions { Seed = seed, Builds = 12, LogBytesMedian = 30_000, TreeRate = 0.5, Faults = faults });
        var compared = 0;
        foreach (var build in running.Ci.ExpectedBuilds())
        {
            foreach (var file in build.Files.Where(file => file.Outcome == ExpectedFileOutcome.Whole))
            {
                using var raw = new MemoryStream();
                await running.Ci.OpenRaw(build.Build, file.Path).CopyToAsync(raw);
                var stated = running.Ci.ExpectedLines(build.Build, file.Path).ToList();
                stated.ShouldAllBe(line => line.Text.Length <= 32_768);
                var whole = stated.GroupBy(line => line.Line).Select(parts => string.Concat(parts.Select(part => Encoding.UTF8.GetString(part.Text.Span))));
                string.Join('\n', whole).ShouldBe(string.Join('\n', Normalise(raw.ToArray())));
                compared += stated.Count;
            }
        }

        compared.ShouldBeGreaterThan(1000);
    }

    private static IEnumerable<string> Normalise(byte[] raw)
    {
        var bytes = raw.AsSpan().StartsWith("\uFEFF"u8) ? raw[3..] : raw;
        var text = Encoding.UTF8.GetString(bytes);
        var lines = text.Split('\n');
        return lines.Take(text.EndsWith('\n') || text.Length == 0 ? lines.Length - 1 : lines.Length).Select(line =>
        {
            var states = Ansi().Replace(line, "").Split('\r');
            return states.LastOrDefault(state => state.Length > 0) ?? "";
        });
    }

    [GeneratedRegex("\u001b\\[[0-?]*[ -/]*[@-~]|\u001b\\][^\u0007\u001b]*(?:\u0007|\u001b\\\\)|\u001b[^\\[\\]]")]
    private static partial Regex Ansi();
}
