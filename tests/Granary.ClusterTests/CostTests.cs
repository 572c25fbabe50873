using System.Diagnostics;
using Granary.Core.Chunks;
using Granary.Core.Lines;
using Granary.Core.Masking;
using Granary.Core.Model;
using Granary.Simulator;
using Granary.Simulator.Expected;

namespace Granary.ClusterTests;

/// <summary>
/// Measures, and asserts nothing but that all was collected; run by <c>Granary.ClusterTests -explicit only</c> on a quiet machine. The figures
/// are in docs/decision.md. Every host writes to the same index: <c>counting</c> keeps nothing, so that what is left is reading and
/// carrying; <c>rows</c> are the PostgreSQL rows of the other tests. Only the hosts' own processor time counts.
/// </summary>
public class CostTests
{
    private const int Builds = 500;
    private const int WarmUp = 400;

    /// <summary>How long it is looked at what a host without work costs, after the warm-up.</summary>
    private static readonly TimeSpan Idling = TimeSpan.FromSeconds(5);

    private static readonly SimulatorOptions Logs = new() { Builds = Builds, Seed = 4, LogBytesMedian = 420_000 };

    [Fact(Explicit = true)]
    public Task Embedded_host_reads() => MeasureAsync("embedded", 1, "counting");

    /// <summary>Packing and unpacking is the difference to the one before.</summary>
    [Fact(Explicit = true)]
    public Task Embedded_host_reads_packs_and_unpacks() => MeasureAsync("embedded", 1, "repacking");

    /// <summary>Stream, leases and acknowledgements are the difference to the one before.</summary>
    [Fact(Explicit = true)]
    public Task One_silo_reads_and_carries() => MeasureAsync("silo", 1, "counting");

    /// <summary>The way from process to process is the difference to the one before.</summary>
    [Fact(Explicit = true)]
    public Task Two_silos_read_and_carry() => MeasureAsync("silo", 2, "counting");

    /// <summary>Writing is the difference to <see cref="Embedded_host_reads"/>.</summary>
    [Fact(Explicit = true)]
    public Task Embedded_host_writes_rows() => MeasureAsync("embedded", 1, "rows");

    [Fact(Explicit = true)]
    public Task Two_silos_write_rows() => MeasureAsync("silo", 2, "rows");

    /// <summary>The steps alone, one after the other on one thread.</summary>
    [Fact(Explicit = true)]
    public async Task Processor_time_of_each_step()
    {
        await using var ci = await SimulatedCi.StartAsync(Logs with { Builds = 60 }, TestContext.Current.CancellationToken);
        var logs = ci.ExpectedBuilds().SelectMany(build => build.Files
            .Where(file => file.Outcome == ExpectedFileOutcome.Whole).Select(file => ci.OpenRaw(build.Build, file.Path))).Select(Bytes).ToList();
        var steps = new Steps();
        for (var round = 0; round < 3; round++)
        {
            // The first two let the just-in-time compiler finish.
            steps = await StepAsync(logs);
        }

        Report(
            $"seconds per GB: normalise, mask and hash {steps.Of(steps.Read):F2}, pack {steps.Of(steps.Pack):F2}, "
            + $"unpack {steps.Of(steps.Unpack):F2}; packed to {100.0 * steps.Packed / steps.Bytes:F1}% ({steps.Bytes / 1e6:F0} MB)");
    }

    private static async Task MeasureAsync(string mode, int processes, string index)
    {
        // All is compiled, and fully, at its first call, which is in the warm-up: else compiling would be half of what is measured.
        Environment.SetEnvironmentVariable("DOTNET_TieredCompilation", "0");
        await using var cluster = await TestCluster.StartAsync();
        await using var small = await SimulatedCi.StartAsync(Logs with { Builds = WarmUp, Seed = 5 }, TestContext.Current.CancellationToken);
        await using var ci = await SimulatedCi.StartAsync(Logs, TestContext.Current.CancellationToken);
        var hosts = new List<Process>();
        while (hosts.Count < processes)
        {
            hosts.Add(await cluster.StartSiloAsync(mode, index));
        }

        await cluster.AddSourceAsync(small, "warm-up");
        await cluster.WaitForCompleteAsync("warm-up", WarmUp, TimeSpan.FromMinutes(2));
        var idle = await IdleAsync(hosts);
        var (before, began) = (hosts.Sum(Seconds), Stopwatch.GetTimestamp());
        await cluster.AddSourceAsync(ci, "ci");
        await cluster.WaitForCompleteAsync("ci", Builds, TimeSpan.FromMinutes(4));
        var (spent, took) = (hosts.Sum(Seconds) - before, Stopwatch.GetElapsedTime(began).TotalSeconds);
        var gigabytes = (await cluster.State.ReadTotalsAsync("ci", TestContext.Current.CancellationToken)).Bytes / 1e9;
        Report($"{processes} x {mode}, {index}: {spent / gigabytes:F1} processor seconds per GB ({gigabytes:F3} GB in {took:F1} s; idle {idle * 100:F1}% of one processor)");
    }

    private static async Task<Steps> StepAsync(IReadOnlyList<byte[]> logs)
    {
        var steps = new Steps();
        var identity = new LogIdentity(new() { Key = new("ci", "b"), Job = "unit", Finished = true }, "log", "http://ci/log", 1, default);
        foreach (var log in logs)
        {
            var chunks = new List<Chunk>();
            var began = Stopwatch.GetTimestamp();
            await foreach (var chunk in new LogChunker(identity, new() { Masker = new Masker([]) })
                .ReadAsync(new MemoryStream(log), 0, null, TestContext.Current.CancellationToken))
            {
                chunks.Add(chunk);
            }

            steps.Read += Stopwatch.GetElapsedTime(began);
            chunks.ForEach(chunk => Carry(chunk, steps));
        }

        return steps;
    }

    private static void Carry(Chunk chunk, Steps steps)
    {
        using (chunk)
        {
            var began = Stopwatch.GetTimestamp();
            var packed = ChunkCodec.Pack(chunk);
            steps.Pack += Stopwatch.GetElapsedTime(began);
            began = Stopwatch.GetTimestamp();
            ChunkCodec.Unpack(packed).Dispose();
            steps.Unpack += Stopwatch.GetElapsedTime(began);
            (steps.Bytes, steps.Packed) = (steps.Bytes + chunk.Length, steps.Packed + packed.Length);
        }
    }

    private static byte[] Bytes(Stream log)
    {
        using var copy = new MemoryStream();
        log.CopyTo(copy);
        return copy.ToArray();
    }

    /// <summary>Share of one processor that the hosts use while nothing is to be done.</summary>
    private static async Task<double> IdleAsync(List<Process> hosts)
    {
        var (before, began) = (hosts.Sum(Seconds), Stopwatch.GetTimestamp());
        await Task.Delay(Idling, TestContext.Current.CancellationToken);
        return (hosts.Sum(Seconds) - before) / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static double Seconds(Process process)
    {
        process.Refresh();
        return process.TotalProcessorTime.TotalSeconds;
    }

    private static void Report(string line) => TestContext.Current.TestOutputHelper?.WriteLine(line);

    private sealed class Steps
    {
        public TimeSpan Read { get; set; }

        public TimeSpan Pack { get; set; }

        public TimeSpan Unpack { get; set; }

        public long Bytes { get; set; }

        public long Packed { get; set; }

        /// <summary>Seconds per GB of normalised text.</summary>
        public double Of(TimeSpan spent) => spent.TotalSeconds * 1e9 / Bytes;
    }
}
