namespace Granary.App.Reporting;

/// <summary>How fast a count grows, smoothed.</summary>
internal sealed class SmoothedRate
{
    private static readonly TimeSpan Smoothing = TimeSpan.FromSeconds(10);

    private long last;

    public double PerSecond { get; private set; }

    /// <summary>The count is so many now, so many seconds after the last call.</summary>
    public void Sample(long count, double seconds)
    {
        var weight = 1 - Math.Exp(-seconds / Smoothing.TotalSeconds);
        PerSecond += weight * (((count - last) / seconds) - PerSecond);
        last = count;
    }
}
