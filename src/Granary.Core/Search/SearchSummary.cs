namespace Granary.Core.Search;

/// <summary>The last event of a search.</summary>
/// <param name="Total">Entries that answer the query; where not exact, those counted so far.</param>
/// <param name="Exact">True if the total is final, and nothing that may hold more is damaged.</param>
/// <param name="Elapsed">Since the request.</param>
public sealed record SearchSummary(long Total, bool Exact, TimeSpan Elapsed) : SearchEvent
{
    /// <summary>Of a count: what could not be read. A search tells of damage where it meets it.</summary>
    public IReadOnlyList<IndexDamage> Damages { get; init; } = [];
}
