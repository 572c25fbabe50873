using Granary.Core.Text;

namespace Granary.Core.Search;

/// <summary>Adds up hits by the values of a field.</summary>
public sealed class FacetCounts
{
    private readonly Dictionary<string, (string Value, long Count)> counts = [];

    /// <summary>The values so far, folded.</summary>
    public IReadOnlyCollection<string> Folded => counts.Keys;

    public void Add(string value, long count)
    {
        var folded = Folding.Fold(value);
        counts[folded] = counts.TryGetValue(folded, out var had) ? (had.Value, had.Count + count) : (value, count);
    }

    /// <param name="limit">Most values.</param>
    /// <param name="total">All hits.</param>
    /// <param name="exact">Whether all were counted.</param>
    public Facets Build(int limit, long total, bool exact) => new(
        [.. counts.OrderByDescending(pair => pair.Value.Count).ThenBy(pair => pair.Key, StringComparer.Ordinal)
            .Take(limit).Select(pair => new FacetValue(pair.Value.Value, pair.Value.Count))],
        total, exact);
}
