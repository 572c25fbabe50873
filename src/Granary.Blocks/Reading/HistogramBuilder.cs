using Granary.Core.Chunks;
using Granary.Core.Search;

namespace Granary.Blocks.Reading;

/// <summary>Counts hits by second, and puts the seconds into buckets once their span is known.</summary>
internal sealed class HistogramBuilder
{
    private const int FewestBuckets = 20;

    // A width that is asked for must not make more empty buckets than a machine can hold; as many as an engine's index gives.
    private const int MostBuckets = 50_000;

    private static readonly int[] Widths =
    [
        1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 3 * 3600, 6 * 3600, 12 * 3600, 86400,
        2 * 86400, 4 * 86400, 7 * 86400, 14 * 86400, 28 * 86400, 56 * 86400, 112 * 86400, 224 * 86400, 448 * 86400,
    ];

    private readonly SortedDictionary<long, long> seconds = [];
    private long total;

    public void Visit(HitPlace place)
    {
        total++;
        var time = place.View.TimeOf(place.View.EntryAt(place.Start));
        var second = time != Chunk.NoTime
            ? (long)Math.Floor(time / 1e9)
            : place.View.Log.Build.FinishedAt?.ToUnixTimeSeconds();
        if (second is { } known)
        {
            seconds[known] = seconds.GetValueOrDefault(known) + 1;
        }
    }

    /// <param name="width">Of a bucket; null: the widest of a fixed list that gives at least 20 buckets.</param>
    /// <param name="exact">Whether all hits were met.</param>
    public Histogram Build(TimeSpan? width, bool exact)
    {
        if (seconds.Count == 0)
        {
            return new Histogram([], total, exact);
        }

        var (first, last) = (seconds.Keys.First(), seconds.Keys.Last());
        var step = Math.Max(width is { } asked ? (long)asked.TotalSeconds : Choose(last - first), 1 + (last - first) / MostBuckets);
        var start = first - (first % step + step) % step;
        var counts = new long[(last - start) / step + 1];
        foreach (var (second, count) in seconds)
        {
            counts[(second - start) / step] += count;
        }

        return new Histogram(
            [.. counts.Select((count, index) => new HistogramBucket(
                DateTimeOffset.FromUnixTimeSeconds(start + index * step), TimeSpan.FromSeconds(step), count))],
            total, exact);
    }

    private static long Choose(long span) => Widths.LastOrDefault(width => span / width >= FewestBuckets, 1);
}
