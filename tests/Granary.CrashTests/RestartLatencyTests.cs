using System.Diagnostics;
using Granary.Core.Queries;
using Granary.Simulator;
using Granary.Testing;

namespace Granary.CrashTests;

/// <summary>How soon a killed collector is of use again; measured while no other test runs.</summary>
[Collection(nameof(RestartLatencyTests))]
[CollectionDefinition(nameof(RestartLatencyTests), DisableParallelization = true)]
public sealed class RestartLatencyTests
{
    private static readonly TimeSpan Mark = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task The_first_new_line_is_found_within_five_seconds_after_a_kill()
    {
        await using var ci = await SimulatedCi.StartAsync(Given.Ci(builds: 100));
        using var folder = new CrashFolder(ci);
        var plan = folder.Plan with { Once = false, SegmentBytes = 64 << 20, WindowBytes = 64 << 20, FlushMilliseconds = 1000 };
        using (var first = CrashFolder.Start(plan))
        {
            await LinesAboveAsync(folder, 1000);
            first.Kill();
            await first.WaitForExitAsync();
        }

        var before = await LinesAsync(folder);
        ci.AddBuild();
        var clock = Stopwatch.StartNew();
        using var second = CrashFolder.Start(plan);
        await LinesAboveAsync(folder, before);
        var elapsed = clock.Elapsed;
        second.Kill();
        await second.WaitForExitAsync();

        TestContext.Current.TestOutputHelper?.WriteLine($"first new line after {elapsed.TotalSeconds:0.00} s");
        elapsed.ShouldBeLessThan(Mark);
    }

    private static Task LinesAboveAsync(CrashFolder folder, long count) =>
        Until.TrueAsync(async () => await LinesAsync(folder) > count, $"more than {count} lines");

    private static async Task<long> LinesAsync(CrashFolder folder)
    {
        await using var index = folder.OpenIndex();
        return (await index.CountAsync(new AllNode(), TimeSpan.Zero, CancellationToken.None)).Total;
    }
}
