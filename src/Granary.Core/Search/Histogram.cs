namespace Granary.Core.Search;

/// <summary>
/// Hits over time, ascending, gaps filled with zero; <see cref="Exact"/> is false where the budget ended the count or something
/// is damaged.
/// </summary>
public sealed record Histogram(IReadOnlyList<HistogramBucket> Buckets, long Total, bool Exact)
{
    /// <summary>What could not be read.</summary>
    public IReadOnlyList<IndexDamage> Damages { get; init; } = [];
}
