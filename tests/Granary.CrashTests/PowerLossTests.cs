using Granary.App.Collecting;
using Granary.Simulator;

namespace Granary.CrashTests;

/// <summary>The power goes at any change of the index's folder; what was not flushed is missing or torn afterwards.</summary>
public sealed class PowerLossTests
{
    [Fact]
    public async Task Nothing_that_was_acknowledged_is_lost_with_the_power()
    {
        var random = new Random(4711);
        var rounds = Effort.Of(6, 60);
        var operations = await CountAsync();
        operations.ShouldBeGreaterThan(20);
        for (var round = 0; round < rounds; round++)
        {
            await using var ci = await SimulatedCi.StartAsync(Given.Ci(builds: 40));
            using var folder = new CrashFolder(ci);
            var layer = new LossyLayer(round == 0 ? 1 : 1 + random.NextInt64(operations), random);
            await CollectAsync(folder, ci, layer);
            layer.Settle();

            (await folder.CollectAsync(ci, folder.IndexOptions(), InProcess.Hasty with { Once = true })).ShouldBeTrue();

            await folder.ShouldBeExactAsync(ci);
        }
    }

    /// <summary>How many operations a run has where the power stays.</summary>
    private static async Task<long> CountAsync()
    {
        await using var ci = await SimulatedCi.StartAsync(Given.Ci(builds: 40));
        using var folder = new CrashFolder(ci);
        var layer = new LossyLayer(long.MaxValue, new Random(1));
        await CollectAsync(folder, ci, layer);
        return layer.Operations;
    }

    private static async Task CollectAsync(CrashFolder folder, SimulatedCi ci, LossyLayer layer)
    {
        using var stop = new CancellationTokenSource();
        var index = folder.IndexOptions() with { Layer = layer, SegmentBytes = 128 << 10, MergeFactor = 2 };
        try
        {
            await folder.CollectAsync(ci, index, InProcess.Hasty with { Once = true }, _ => StopIfLost(), stop.Token);
        }
        catch (IOException) when (layer.Lost)
        {
            // It went while the index was opened or closed.
        }

        void StopIfLost()
        {
            if (layer.Lost)
            {
                stop.Cancel();
            }
        }
    }
}
