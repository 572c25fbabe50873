namespace Granary.Simulator.Timeline;

/// <summary>When a build of the timeline started and when it ends, as a function of seed and place.</summary>
internal sealed class BuildTimes(SimulatorOptions options, DateTime epoch)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    /// <summary>The start of a build of the backlog: evenly spread, the newest two seconds before the epoch.</summary>
    public DateTime BacklogStart(long position, long backlog) =>
        epoch - (2 * Shortest) - (options.BacklogSpan * ((backlog - 1 - position) / (double)Math.Max(backlog, 1)));

    /// <summary>The start of the build that is the n-th (from 0) after the backlog.</summary>
    public DateTime LiveStart(long n) => epoch + TimeSpan.FromSeconds((n + 1) / options.BuildsPerSecond);

    /// <summary>The end of a build of the timeline, or null when its final update fails.</summary>
    public DateTime? End(long position, DateTime start, bool live)
    {
        if (Draws(position, 22, options.Faults.NeverFinishing))
        {
            return null;
        }

        var late = Draws(position, 23, options.Faults.LateFinishers)
            ? options.Faults.LateBy * (0.2 + (0.8 * Unit(position, 24)))
            : TimeSpan.Zero;
        if (live)
        {
            return start + Duration(position, options.LiveDuration) + late;
        }

        if (late > TimeSpan.Zero)
        {
            return epoch + late;
        }

        var end = start + Duration(position, options.BacklogDuration);
        return end < epoch ? end : epoch - Shortest;
    }

    /// <summary>A fifth to six times the median, at least a second.</summary>
    public TimeSpan Duration(long position, TimeSpan median)
    {
        var unit = Unit(position, 21);
        var factor = unit < 0.5 ? 0.2 + (1.6 * unit) : 1 / (1.17 - unit) * 0.67;
        var duration = median * factor;
        return duration < Shortest ? Shortest : duration;
    }

    private bool Draws(long position, ulong what, double rate) => rate > 0 && Unit(position, what) < rate;

    private double Unit(long position, ulong what) => SeededHash.Unit(SeededHash.Of(options.Seed, (ulong)position, what));
}
