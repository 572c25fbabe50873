using System.Text.Json;
using Granary.App.Collecting;

namespace Granary.App.Reporting;

/// <summary>Samples a collector once a second and writes the report into the data folder, whole or not at all.</summary>
public sealed class RunReporter(Collector collector, DataFolder folder, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly DateTimeOffset startedAt = time.GetUtcNow();
    private long sampledAt = time.GetTimestamp();
    private readonly SmoothedRate rate = new();
    private readonly Dictionary<string, SmoothedRate> sourceRates = [];

    /// <summary>The last report made; null before the first.</summary>
    public RunReport? Latest { get; private set; }

    /// <summary>Reports until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            Write(Sample());
        }
        while (await timer.WaitForNextTickAsync(cancellation));
    }

    /// <summary>Takes a measurement now.</summary>
    public RunReport Sample()
    {
        var now = time.GetTimestamp();
        var seconds = time.GetElapsedTime(sampledAt, now).TotalSeconds;
        var builds = collector.Counts.Complete;
        if (seconds > 0.01)
        {
            rate.Sample(builds, seconds);
            SampleSources(seconds);
            sampledAt = now;
        }

        var capacity = collector.Capacity.Sample();
        var rates = capacity.Stages.First(stage => stage.Name == collector.Ingest.Normalise.Name);
        return Latest = new RunReport
        {
            ProcessId = Environment.ProcessId,
            StartedAt = startedAt,
            WrittenAt = time.GetUtcNow(),
            Stages = [],
            LinesPerSecond = rates.ItemsPerSecond,
            BytesPerSecond = rates.BytesPerSecond,
            BuildsPerSecond = rate.PerSecond,
            SourceBuildsPerSecond = sourceRates.ToDictionary(source => source.Key, source => source.Value.PerSecond),
            BuildsComplete = builds,
            BuildsFailed = collector.Counts.Failed,
            Lines = collector.Counts.Lines,
            Bytes = collector.Counts.Bytes,
            BuildsInFlight = collector.InFlight,
            IndexOutage = collector.IndexOutage,
        }.With(capacity);
    }

    private void SampleSources(double seconds)
    {
        foreach (var (source, settled) in collector.Counts.Settled)
        {
            if (!sourceRates.TryGetValue(source, out var sourceRate))
            {
                sourceRates[source] = sourceRate = new();
            }

            sourceRate.Sample(settled, seconds);
        }
    }

    private void Write(RunReport report)
    {
        try
        {
            var temporary = folder.StatusFile + ".new";
            File.WriteAllBytes(temporary, JsonSerializer.SerializeToUtf8Bytes(report, ReportJson.Default.RunReport));
            File.Move(temporary, folder.StatusFile, overwrite: true);
        }
        catch (IOException)
        {
            // A full disk must not end collecting because of a report; the next second tries again.
        }
    }
}
