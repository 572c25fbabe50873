using System.Text.Json;
using Granary.Core.Search;

namespace Granary.Elastic.Searching;

/// <summary>One answer of the engine to a search.</summary>
/// <param name="Lines">In the order asked for.</param>
/// <param name="Total">Documents that fulfil the query, where that was asked for.</param>
/// <param name="Damages">Shards that did not answer.</param>
/// <param name="TimedOut">True if the engine stopped early.</param>
/// <param name="Aggregations">What was asked for; undefined otherwise. Valid as long as the process.</param>
internal sealed record SearchPage(
    IReadOnlyList<StoredLine> Lines, long Total, IReadOnlyList<IndexDamage> Damages, bool TimedOut, JsonElement Aggregations)
{
    /// <summary>False where nothing was asked for, or there is no index yet.</summary>
    internal bool HasAggregations => Aggregations.ValueKind == JsonValueKind.Object;

    /// <summary>True if all shards answered in full.</summary>
    internal bool IsComplete => Damages.Count == 0 && !TimedOut;
}
