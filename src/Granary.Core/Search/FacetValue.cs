namespace Granary.Core.Search;

/// <summary>One value of a field, as one of its hits writes it (case does not tell values apart), and the entries that have it.</summary>
public sealed record FacetValue(string Value, long Count);
