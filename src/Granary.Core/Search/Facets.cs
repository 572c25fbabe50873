namespace Granary.Core.Search;

/// <summary>
/// The commonest values of a field among hits, the commonest first, those of one count in the order of their folded text. <see cref="Total"/>
/// counts all hits, those without a value too; <see cref="Exact"/> is false where the budget ended the count, something is damaged, or
/// there are so many values that a commoner one may be missing.
/// </summary>
public sealed record Facets(IReadOnlyList<FacetValue> Values, long Total, bool Exact)
{
    /// <summary>What could not be read.</summary>
    public IReadOnlyList<IndexDamage> Damages { get; init; } = [];
}
