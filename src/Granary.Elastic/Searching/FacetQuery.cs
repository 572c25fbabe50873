using System.Text.Json;
using System.Text.Json.Nodes;
using Granary.Core.Model;
using Granary.Core.Queries;
using Granary.Core.Search;
using Granary.Core.Text;

namespace Granary.Elastic.Searching;

/// <summary>The commonest values of a field among the hits.</summary>
internal sealed class FacetQuery(SearchSession session, string field)
{
    /// <summary>More values than asked for come from each shard, so that the sums are right in all but odd cases.</summary>
    private const int Spare = 100;

    private readonly Dictionary<string, (string Value, long Count)> counts = [];

    internal async Task<Facets> AskAsync(int limit, TimeSpan budget, CancellationToken cancellation)
    {
        TimeSpan? until = budget > TimeSpan.Zero ? budget : null;
        var (name, start) = QueryFieldNames.Of(field);
        if (!session.Translation.IsExact)
        {
            return Build(limit, await session.VisitAsync(session.Translation.Query, null, Visit, until, cancellation).ConfigureAwait(false));
        }

        var exact = !session.Translation.SplitsLong
            || await session.VisitAsync(session.LongCandidates, null, Visit, until, cancellation).ConfigureAwait(false);
        var page = await session.Reader.CountAsync(session.ShortCandidates, Terms(name, Folding.Fold(start), limit), budget, cancellation).ConfigureAwait(false);
        if (!page.HasAggregations)
        {
            return Build(limit, exact && page.IsComplete);
        }

        var values = page.Aggregations.GetProperty("values");
        foreach (var bucket in values.GetProperty("buckets").EnumerateArray())
        {
            Add(Written(bucket, name, start), bucket.GetProperty("doc_count").GetInt64());
        }

        return Build(limit, exact && page.IsComplete && values.GetProperty("doc_count_error_upper_bound").GetInt64() == 0);
    }

    /// <summary>The value as one of its documents has it: the engine's keywords are folded.</summary>
    private static string Written(JsonElement bucket, string name, string start)
    {
        var key = bucket.GetProperty("key").GetString()!;
        var source = bucket.GetProperty("one").GetProperty("hits").GetProperty("hits")[0].GetProperty("_source");
        if (!SourceFields.TryFind(source, name, out var value))
        {
            return key[start.Length..];
        }

        var texts = value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().Select(item => item.GetString()!) : [value.GetString()!];
        return (texts.FirstOrDefault(text => Folding.Fold(text) == key) ?? key)[start.Length..];
    }

    private static JsonObject Terms(string name, string start, int limit)
    {
        var terms = new JsonObject { ["field"] = name, ["size"] = limit, ["shard_size"] = (2 * limit) + Spare };
        if (start.Length > 0)
        {
            terms["include"] = string.Concat(start.Select(character => char.IsAsciiLetterOrDigit(character) ? character.ToString() : "\\" + character)) + ".*";
        }

        return new JsonObject
        {
            ["values"] = new JsonObject
            {
                ["terms"] = terms,
                ["aggs"] = new JsonObject { ["one"] = new JsonObject { ["top_hits"] = new JsonObject { ["size"] = 1, ["_source"] = new JsonArray(name) } } },
            },
        };
    }

    private void Visit(LineHit hit)
    {
        if (QueryFields.ValueOf(field, hit.Build, hit.Line.File) is { } value)
        {
            Add(value, 1);
        }
    }

    private void Add(string value, long count)
    {
        var folded = Folding.Fold(value);
        counts[folded] = counts.TryGetValue(folded, out var had) ? (had.Value, had.Count + count) : (value, count);
    }

    private Facets Build(int limit, bool exact) => new(
        [.. counts.Values.OrderByDescending(value => value.Count).ThenBy(value => value.Value, StringComparer.Ordinal)
            .Take(limit).Select(value => new FacetValue(value.Value, value.Count))],
        exact);
}
