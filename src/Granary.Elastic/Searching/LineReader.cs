using System.Text.Json;
using System.Text.Json.Nodes;
using Granary.Core.Search;
using Granary.Elastic.Http;

namespace Granary.Elastic.Searching;

/// <summary>Asks the engine for lines, and notes what its answers lack; one for each question.</summary>
internal sealed class LineReader(ElasticClient client, IndexNames names)
{
    /// <summary>The most lines of one answer; engines allow 10,000 by default.</summary>
    internal const int LargestPage = 4000;

    private const int PageBytes = 8 * 1024 * 1024;

    /// <summary>About what a line's document takes beside its text.</summary>
    private const int DocumentBytes = 1024;

    private PointInTime? view;

    /// <summary>What its answers lack so far.</summary>
    internal Shortfall Shortfall { get; private init; } = new();

    /// <summary>The same, of the lines as they were then; null: as they are.</summary>
    internal LineReader As(PointInTime? then) => new(client, names) { view = then, Shortfall = Shortfall };

    /// <summary>How many lines to ask for after this page: of long lines fewer, as memory must not follow their length.</summary>
    internal static int NextSize(SearchPage page)
    {
        var each = page.Lines.Count == 0 ? DocumentBytes : DocumentBytes + page.Lines.Average(line => line.Line.Text.Length);
        return (int)Math.Clamp(PageBytes / each, 50, LargestPage);
    }

    /// <summary>The stated order, a page's key being <see cref="StoredLine.After"/>.</summary>
    internal static JsonArray Order() =>
    [
        new JsonObject { [FieldNames.Finish] = "desc" },
        new JsonObject { [FieldNames.LogOrder] = "asc" },
        new JsonObject { [FieldNames.Line] = "asc" },
        ByPart("asc"),
    ];

    /// <summary>Documents without the field are first parts.</summary>
    internal static JsonObject ByPart(string order) => new() { [FieldNames.Part] = new JsonObject { ["order"] = order, ["missing"] = 0 } };

    /// <summary>A page in the stated order.</summary>
    internal Task<SearchPage> PageAsync(JsonObject query, JsonArray? after, int size, bool counts, JsonObject? aggregations, CancellationToken cancellation)
    {
        var body = new JsonObject
        {
            ["query"] = query.DeepClone(),
            ["size"] = size,
            ["sort"] = Order(),
            ["track_total_hits"] = counts,
        };
        if (after is not null)
        {
            body["search_after"] = after.DeepClone();
        }

        if (aggregations is not null)
        {
            body["aggs"] = aggregations;
        }

        return SearchAsync(body, cancellation);
    }

    /// <summary>Counts, and aggregates, within a time; zero or less: no bound.</summary>
    internal Task<SearchPage> CountAsync(JsonObject query, JsonObject? aggregations, TimeSpan budget, CancellationToken cancellation)
    {
        var body = new JsonObject { ["query"] = query.DeepClone(), ["size"] = 0, ["track_total_hits"] = true };
        if (aggregations is not null)
        {
            body["aggs"] = aggregations;
        }

        if (budget > TimeSpan.Zero)
        {
            body["timeout"] = $"{Math.Max(10, (long)budget.TotalMilliseconds)}ms";
        }

        return SearchAsync(body, cancellation);
    }

    /// <summary>Entries of one generation of a log, both lines included, from behind <paramref name="after"/> on.</summary>
    internal async Task<IReadOnlyList<StoredLine>> LinesAsync(
        StoredLine of, long from, long to, (long Line, int Part)? after, bool descending, int size, CancellationToken cancellation)
    {
        var body = new JsonObject
        {
            ["query"] = Dsl.Filter(
                Dsl.Term(FieldNames.BuildHash, of.BuildHash),
                Dsl.Term(FieldNames.File, of.Line.File),
                Dsl.Term(FieldNames.Generation, of.Generation),
                Dsl.Range(FieldNames.Line, from, to == long.MaxValue ? null : to + 1)),
            ["size"] = size,
            ["sort"] = new JsonArray(
                new JsonObject { [FieldNames.Line] = descending ? "desc" : "asc" },
                ByPart(descending ? "desc" : "asc")),
            ["track_total_hits"] = false,
        };
        if (after is { } place)
        {
            body["search_after"] = new JsonArray(place.Line, place.Part);
        }

        var page = await SearchAsync(body, cancellation).ConfigureAwait(false);

        // Paths that differ only in case meet in the engine's field.
        return [.. page.Lines.Where(line => line.Log == of.Log)];
    }

    /// <summary>Any search over all lines.</summary>
    internal async Task<SearchPage> SearchAsync(JsonObject body, CancellationToken cancellation)
    {
        if (view is not null)
        {
            try
            {
                using var then = await client.JsonAsync(
                    HttpMethod.Post, "_search?allow_partial_search_results=true", view.Ask(body), "search", cancellation).ConfigureAwait(false);
                return Note(Read(then.RootElement), body);
            }
            catch (ElasticException exception) when (PointInTime.IsLost(exception))
            {
                // Whoever reads the pages paused for too long: keys do not move, so that paging goes on without.
                view = null;
            }
        }

        using var answer = await client.JsonAsync(
            HttpMethod.Post, $"{names.AllLines}/_search?ignore_unavailable=true&allow_partial_search_results=true", body, "search", cancellation).ConfigureAwait(false);
        return Note(Read(answer.RootElement), body);
    }

    private SearchPage Note(SearchPage page, JsonObject body)
    {
        // Whoever set no time is not to be cut off silently where a setting of the engine does.
        page = page.TimedOut && !body.ContainsKey("timeout")
            ? page with { Damages = [.. page.Damages, new IndexDamage("index", "the engine ran out of its time for a search and left out lines")] } : page;
        Shortfall.Add(page);
        return page;
    }

    private static SearchPage Read(JsonElement root)
    {
        var hits = root.GetProperty("hits");
        var total = hits.TryGetProperty("total", out var count) ? count.GetProperty("value").GetInt64() : 0;
        return new SearchPage(
            [.. hits.GetProperty("hits").EnumerateArray().Select(StoredLine.Read)],
            total,
            [.. Damages(root.GetProperty("_shards"))],
            root.TryGetProperty("timed_out", out var timedOut) && timedOut.GetBoolean(),
            root.TryGetProperty("aggregations", out var aggregations) ? aggregations.Clone() : default);
    }

    private static IEnumerable<IndexDamage> Damages(JsonElement shards)
    {
        if (shards.GetProperty("failed").GetInt32() == 0)
        {
            yield break;
        }

        if (!shards.TryGetProperty("failures", out var failures) || failures.GetArrayLength() == 0)
        {
            yield return new IndexDamage("index", $"{shards.GetProperty("failed")} shards did not answer");
            yield break;
        }

        foreach (var failure in failures.EnumerateArray())
        {
            var index = failure.TryGetProperty("index", out var name) ? name.GetString() : "index";
            var (_, reason) = failure.TryGetProperty("reason", out var error) ? EngineErrors.Read(error) : ("", "it does not answer");
            yield return new IndexDamage($"{index}[{(failure.TryGetProperty("shard", out var shard) ? shard.ToString() : "?")}]", reason);
        }
    }
}
