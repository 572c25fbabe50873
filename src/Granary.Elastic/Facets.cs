namespace Granary.Elastic;

/// <summary>The commonest values, the commonest first; <see cref="Exact"/> is false where not all hits were counted.</summary>
public sealed record Facets(IReadOnlyList<FacetValue> Values, bool Exact);
