using System.Text;
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

    /// <summary>Values of lines that only the joined line decides; of more, the answer is not exact.</summary>
    private const int MostRead = 1000;

    private const string Commonest = "values";
    private const string Read = "read";

    private readonly FacetCounts counts = new();
    private long total;

    internal async Task<Facets> AskAsync(int limit, TimeSpan budget, CancellationToken cancellation)
    {
        TimeSpan? until = budget > TimeSpan.Zero ? budget : null;
        var (name, written) = QueryFieldNames.Of(field);
        var start = Folding.Fold(written);
        if (!session.Translation.IsExact)
        {
            return Build(limit, await session.VisitAsync(session.Translation.Query, null, Visit, until, cancellation).ConfigureAwait(false));
        }

        var seen = !session.Translation.SplitsLong
            || await session.VisitAsync(session.LongCandidates, null, Visit, until, cancellation).ConfigureAwait(false);

        // Of values that were read, the engine's count decides their place whatever it is: it is asked for by name. Beside them the engine's
        // commonest are needed, of which as many as were read may be the same.
        var read = counts.Folded.Take(MostRead).ToHashSet();
        var page = await session.Reader.CountAsync(
            session.ShortCandidates, Aggregations(name, start, limit + read.Count, read), budget, cancellation).ConfigureAwait(false);
        total += page.Total;
        if (!page.HasAggregations)
        {
            return Build(limit, seen && session.IsComplete);
        }

        var all = counts.Folded.Count == read.Count;
        var found = new Dictionary<string, long>();
        Take(page, start, found);
        var sure = page.Aggregations.GetProperty(Commonest).GetProperty("doc_count_error_upper_bound").GetInt64() == 0;
        if (!sure)
        {
            // Each shard told of its commonest alone, so that these may be counted too low; asked for by name they are not.
            var named = new JsonObject { [Read] = Named(name, start, found.Keys) };
            Take(await session.Reader.CountAsync(session.ShortCandidates, named, budget, cancellation).ConfigureAwait(false), start, found);
        }

        foreach (var bucket in Buckets(page, Commonest))
        {
            found.Remove(Key(bucket, start), out var count);
            counts.Add(Written(bucket, name, start), count);
        }

        foreach (var (value, count) in found)
        {
            counts.Add(value, count);
        }

        return Build(limit, seen && all && sure && session.IsComplete);
    }

    /// <summary>Adds values and their counts; of a value's counts the highest is the nearest.</summary>
    private static void Take(SearchPage page, string start, Dictionary<string, long> found)
    {
        foreach (var bucket in Buckets(page, Commonest).Concat(Buckets(page, Read)))
        {
            var key = Key(bucket, start);
            found[key] = Math.Max(found.GetValueOrDefault(key), bucket.GetProperty("doc_count").GetInt64());
        }
    }

    private static JsonElement.ArrayEnumerator Buckets(SearchPage page, string aggregation) =>
        page.HasAggregations && page.Aggregations.TryGetProperty(aggregation, out var values) ? values.GetProperty("buckets").EnumerateArray() : default;

    private static string Key(JsonElement bucket, string start) => bucket.GetProperty("key").GetString()![start.Length..];

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

    /// <param name="name">The document's field.</param>
    /// <param name="start">What its values begin with.</param>
    /// <param name="size">How many of the commonest.</param>
    /// <param name="read">Values asked for by name.</param>
    private JsonObject Aggregations(string name, string start, int size, HashSet<string> read)
    {
        var commonest = new JsonObject { ["field"] = name, ["size"] = size, ["shard_size"] = (2 * size) + Spare };
        if (start.Length > 0)
        {
            commonest["include"] = string.Concat(start.EnumerateRunes().Select(rune => Rune.IsLetterOrDigit(rune) && rune.IsAscii ? $"{rune}" : $"\\{rune}")) + ".*";
        }

        var asked = new JsonObject
        {
            [Commonest] = new JsonObject
            {
                ["terms"] = WithMissing(commonest),
                ["aggs"] = new JsonObject { ["one"] = new JsonObject { ["top_hits"] = new JsonObject { ["size"] = 1, ["_source"] = new JsonArray(name) } } },
            },
        };
        if (read.Count > 0)
        {
            asked[Read] = Named(name, start, read);
        }

        return asked;
    }

    private JsonObject Named(string name, string start, IReadOnlyCollection<string> values) => new()
    {
        ["terms"] = WithMissing(new JsonObject
        {
            ["field"] = name,
            ["size"] = values.Count,
            ["include"] = new JsonArray([.. values.Select(value => (JsonNode)(start + value))]),
        }),
    };

    /// <summary>Documents of lines without severity lack the field.</summary>
    private JsonObject WithMissing(JsonObject terms)
    {
        if (field == FacetFields.Severity)
        {
            terms["missing"] = SeverityNames.Of(Severity.None);
        }

        return terms;
    }

    private void Visit(LineHit hit)
    {
        total++;
        if (FacetFields.ValueOf(field, hit.Build, hit.Line.File, hit.Line.Severity) is { } value)
        {
            counts.Add(value, 1);
        }
    }

    private Facets Build(int limit, bool exact) => counts.Build(limit, total, exact) with { Damages = session.Shortfall.Damages };
}
