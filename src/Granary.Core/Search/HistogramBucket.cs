namespace Granary.Core.Search;

/// <summary>Hits of one span of time; entries without any time are counted in none.</summary>
public sealed record HistogramBucket(DateTimeOffset Start, TimeSpan Width, long Count);
