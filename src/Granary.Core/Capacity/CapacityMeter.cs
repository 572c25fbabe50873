namespace Granary.Core.Capacity;

/// <summary>
/// Watches the stages and smooths what they did: an exponential average with a time constant of 30 s, so that a report says what
/// has been going on lately, neither the last instant nor the whole past.
/// </summary>
public sealed class CapacityMeter(TimeProvider time)
{
    /// <summary>The time constant of the average.</summary>
    public static readonly TimeSpan Smoothing = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private readonly List<Watched> stages = [];
    private CapacityReport latest = new([]);

    /// <summary>Makes the meter of a further stage; reports show the stages in this order.</summary>
    public StageMeter AddStage(string name, int permits)
    {
        var meter = new StageMeter(name, permits, time);
        lock (gate)
        {
            stages.Add(new(meter));
        }

        return meter;
    }

    /// <summary>The report of the last <see cref="Sample"/>.</summary>
    public CapacityReport Latest => Volatile.Read(ref latest);

    /// <summary>Takes the sums since the last call into the average; to be called about once a second.</summary>
    public CapacityReport Sample()
    {
        lock (gate)
        {
            var report = new CapacityReport([.. stages.Select(stage => stage.Sample())]);
            Volatile.Write(ref latest, report);
            return report;
        }
    }

    private sealed class Watched(StageMeter meter)
    {
        private StageSums last = meter.Read();
        private StageReport? average;

        public StageReport Sample()
        {
            var sums = meter.Read();
            var seconds = (sums.Elapsed - last.Elapsed).TotalSeconds;
            if (seconds <= 0)
            {
                return average ?? new(meter.Name, sums.Permits, 0, 1, 0, 0, 0);
            }

            var available = Math.Max(1, sums.Permits) * seconds;
            var busy = Math.Clamp((sums.Busy - last.Busy).TotalSeconds / available, 0, 1);
            var blocked = Math.Clamp((sums.Blocked - last.Blocked).TotalSeconds / available, 0, 1 - busy);
            var fresh = new StageReport(
                meter.Name, sums.Permits, busy, 1 - busy - blocked, blocked,
                (sums.Items - last.Items) / seconds, (sums.Bytes - last.Bytes) / seconds);
            last = sums;
            return average = average is null ? fresh : Blend(average, fresh, 1 - Math.Exp(-seconds / Smoothing.TotalSeconds));
        }

        private static StageReport Blend(StageReport old, StageReport fresh, double weight)
        {
            double Mix(double before, double after) => before + (weight * (after - before));
            return fresh with
            {
                Busy = Mix(old.Busy, fresh.Busy),
                Starved = Mix(old.Starved, fresh.Starved),
                Blocked = Mix(old.Blocked, fresh.Blocked),
                ItemsPerSecond = Mix(old.ItemsPerSecond, fresh.ItemsPerSecond),
                BytesPerSecond = Mix(old.BytesPerSecond, fresh.BytesPerSecond),
            };
        }
    }
}
