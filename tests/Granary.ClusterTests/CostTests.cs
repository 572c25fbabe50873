using System.Diagnostics;
using Granary.Core.Chunks;
using Granary.Core.Lines;
using Granary.Core.Masking;
using Granary.Core.Model;
using Granary.Simulator;
using Granary.Simulator.Expected;

namespace Granary.ClusterTests;

/// <summary>
/// Measures, and asserts nothing but that all was collected; run by <c>Granary.ClusterTests -explicit only</c>. The figures are in
/// docs/decision.md.
/// </summary>
public class CostTests
{
    private const int Builds = 500;

    [Fact(Explicit = true)]
    public async Task Processor_time_of_the_cluster_beside_the_embedded_host()
    {
        var (embedded, bytes) = await CollectAsync(async cluster => [await cluster.StartSiloAsync("embedded")]);
        var (clustered, _) = await CollectAsync(async cluster => [await cluster.StartSiloAsync(), await cluster.StartSiloAsync()]);
        var gigabytes = bytes / 1e9;
        Report($"{bytes / 1e6:F0} MB normalised; processor seconds per GB: embedded {embedded / gigabytes:F1}, two silos {clustered / gigabytes:F1}");
        await MeasureStepsAsync();
    }

    /// <summary>Processor seconds of the processes from the source's being added to the last receipt, and bytes collected.</summary>
    private static async Task<(double Seconds, long Bytes)> CollectAsync(Func<TestCluster, Task<IReadOnlyList<Process>>> start)
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var ci = await SimulatedCi.StartAsync(
            new() { Builds = Builds, Seed = 4, LogBytesMedian = 75_000 }, TestContext.Current.CancellationToken);
        await cluster.AddSourceAsync(ci, "ci");
        var silos = await start(cluster);
        var before = silos.Sum(Seconds);
        await cluster.WaitForCompleteAsync("ci", Builds, TimeSpan.FromMinutes(4));
        var seconds = silos.Sum(Seconds) - before;
        return (seconds, (await cluster.State.ReadTotalsAsync("ci", TestContext.Current.CancellationToken)).Bytes);
    }

    /// <summary>The steps alone, one after the other on one thread.</summary>
    private static async Task MeasureStepsAsync()
    {
        await using var ci = await SimulatedCi.StartAsync(
            new() { Builds = 150, Seed = 4, LogBytesMedian = 75_000 }, TestContext.Current.CancellationToken);
        var logs = ci.ExpectedBuilds().SelectMany(build => build.Files
            .Where(file => file.Outcome == ExpectedFileOutcome.Whole).Select(file => ci.OpenRaw(build.Build, file.Path))).Select(Bytes).ToList();
        var (read, pack, unpack, bytes, packed) = (TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, 0L, 0L);
        for (var round = 0; round < 2; round++)
        {
            (read, pack, unpack, bytes, packed) = (TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, 0L, 0L);
            foreach (var log in logs)
            {
                var chunks = new List<Chunk>();
                var identity = new LogIdentity(new() { Key = new("ci", "b"), Job = "unit", Finished = true }, "log", "http://ci/log", 1, default);
                var began = Stopwatch.GetTimestamp();
                await foreach (var chunk in new LogChunker(identity, new() { Masker = new Masker([]) }).ReadAsync(new MemoryStream(log), 0, null, TestContext.Current.CancellationToken))
                {
                    chunks.Add(chunk);
                }

                read += Stopwatch.GetElapsedTime(began);
                foreach (var chunk in chunks)
                {
                    began = Stopwatch.GetTimestamp();
                    var parcel = ChunkCodec.Pack(chunk);
                    pack += Stopwatch.GetElapsedTime(began);
                    began = Stopwatch.GetTimestamp();
                    ChunkCodec.Unpack(parcel).Dispose();
                    unpack += Stopwatch.GetElapsedTime(began);
                    (bytes, packed) = (bytes + chunk.Length, packed + parcel.Length);
                    chunk.Dispose();
                }
            }
        }

        Report($"seconds per GB: normalise and mask {read.TotalSeconds * 1e9 / bytes:F1}, pack {pack.TotalSeconds * 1e9 / bytes:F1}, unpack {unpack.TotalSeconds * 1e9 / bytes:F1}; packed to {100.0 * packed / bytes:F1}%");
    }

    private static byte[] Bytes(Stream log)
    {
        using var copy = new MemoryStream();
        log.CopyTo(copy);
        return copy.ToArray();
    }

    private static double Seconds(Process process)
    {
        process.Refresh();
        return process.TotalProcessorTime.TotalSeconds;
    }

    private static void Report(string line) => TestContext.Current.TestOutputHelper?.WriteLine(line);
}
