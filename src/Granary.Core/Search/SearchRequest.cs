using Granary.Core.Queries;

namespace Granary.Core.Search;

/// <summary>A question to an index.</summary>
public sealed record SearchRequest
{
    public required QueryNode Query { get; init; }

    /// <summary>Most hits; 0: all.</summary>
    public int Limit { get; init; } = 100;

    /// <summary>Only hits after this key, in the stated order; null: from the start.</summary>
    public HitKey? After { get; init; }

    /// <summary>Lines before and after each hit.</summary>
    public int Context { get; init; }

    /// <summary>Once the limit is reached, hits go on being counted for this long; then the summary says so.</summary>
    public TimeSpan CountBudget { get; init; } = TimeSpan.FromMilliseconds(20);
}
