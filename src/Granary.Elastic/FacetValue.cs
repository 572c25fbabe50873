namespace Granary.Elastic;

/// <summary>One value of a field, compared without case, and the entries that have it among the hits.</summary>
public sealed record FacetValue(string Value, long Count);
