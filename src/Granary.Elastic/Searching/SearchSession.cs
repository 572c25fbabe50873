using System.Text.Json.Nodes;
using Granary.Core.Queries;
using Granary.Core.Search;
using Granary.Elastic.Http;
using Granary.Elastic.Writing;

namespace Granary.Elastic.Searching;

/// <summary>One question being answered: its translation, and what decides candidates.</summary>
internal sealed class SearchSession
{
    private const string LongCount = "long";
    private const int FirstPage = 200;

    private readonly ElasticClient client;
    private readonly LineMatcher matcher;
    private readonly LogCatalogue logs;
    private readonly LineVerifier verifier;
    private readonly long start;

    internal SearchSession(ElasticClient client, IndexNames names, QueryNode query)
    {
        this.client = client;
        start = client.Time.GetTimestamp();
        matcher = LineMatcher.Compile(query);
        Translation = QueryTranslation.Of(query);
        Reader = new LineReader(client, names);
        logs = new LogCatalogue(client, names);
        verifier = new LineVerifier(matcher, Reader, Translation);
    }

    internal QueryTranslation Translation { get; }

    internal LineReader Reader { get; }

    /// <summary>What the engine's answers lack so far.</summary>
    internal Shortfall Shortfall => Reader.Shortfall;

    /// <summary>True as long as the engine answered in full, and everything was decided on whole lines.</summary>
    internal bool IsComplete => Shortfall.IsNone && verifier.IsExact;

    internal TimeSpan Elapsed => client.Time.GetElapsedTime(start);

    /// <summary>The aggregation that counts the candidates that only their joined lines decide; null where there can be none.</summary>
    internal JsonObject? LongAggregation() => !Translation.SplitsLong ? null
        : new JsonObject { [LongCount] = new JsonObject { ["filter"] = Dsl.Term(FieldNames.Long, true) } };

    /// <summary>Candidates of that kind in an answer to <see cref="LongAggregation"/>.</summary>
    internal static long LongIn(SearchPage page) =>
        page.HasAggregations && page.Aggregations.TryGetProperty(LongCount, out var count)
            ? count.GetProperty("doc_count").GetInt64() : 0;

    /// <summary>The hits among candidates, with what is known of their logs where <paramref name="full"/>.</summary>
    internal async Task<IReadOnlyList<LineHit>> DecideAsync(IReadOnlyList<StoredLine> candidates, bool full, CancellationToken cancellation)
    {
        var hits = new List<LineHit>(candidates.Count);
        if (full)
        {
            await logs.LoadAsync(candidates, cancellation).ConfigureAwait(false);
        }

        foreach (var candidate in candidates)
        {
            if (await verifier.DecideAsync(candidate, candidate.Build, cancellation).ConfigureAwait(false) is { } matches)
            {
                var (build, url) = logs.Of(candidate);
                hits.Add(new LineHit(build, url, candidate.Line) { Matches = matches });
            }
        }

        return hits;
    }

    /// <summary>The hits among the candidates of a query, page by page, until they end or the budget does.</summary>
    /// <param name="query">Which candidates.</param>
    /// <param name="after">Where to go on from; null: from the start.</param>
    /// <param name="visit">Takes each hit.</param>
    /// <param name="until">Of <see cref="Elapsed"/>; null: no bound.</param>
    /// <param name="cancellation">Ends it between two pages.</param>
    /// <returns>True if all were seen, and the session is complete.</returns>
    internal async Task<bool> VisitAsync(
        JsonObject query, JsonArray? after, Action<LineHit> visit, TimeSpan? until, CancellationToken cancellation)
    {
        for (var size = FirstPage; ;)
        {
            if (until is { } limit && Elapsed >= limit)
            {
                return false;
            }

            var page = await Reader.PageAsync(query, after, size, counts: false, null, cancellation).ConfigureAwait(false);
            foreach (var hit in await DecideAsync(page.Lines, full: false, cancellation).ConfigureAwait(false))
            {
                visit(hit);
            }

            if (page.Lines.Count < size)
            {
                return IsComplete;
            }

            after = page.Lines[^1].After;
            size = LineReader.NextSize(page);
        }
    }

    /// <summary>All hits: the engine counts what it can decide, the rest is read.</summary>
    internal async Task<(long Total, bool Exact)> CountAsync(TimeSpan budget, CancellationToken cancellation)
    {
        TimeSpan? until = budget > TimeSpan.Zero ? budget : null;
        if (!Translation.IsExact)
        {
            var seen = 0L;
            var all = await VisitAsync(Translation.Query, null, _ => seen++, until, cancellation).ConfigureAwait(false);
            return (seen, all);
        }

        var page = await Reader.CountAsync(Translation.Query, LongAggregation(), budget, cancellation).ConfigureAwait(false);
        var (longHits, complete) = await CountLongAsync(LongIn(page), until, cancellation).ConfigureAwait(false);
        return (page.Total - LongIn(page) + longHits, IsComplete && complete);
    }

    /// <summary>The hits among candidates that only their joined lines decide.</summary>
    internal async Task<(long Hits, bool Complete)> CountLongAsync(long candidates, TimeSpan? until, CancellationToken cancellation)
    {
        if (candidates == 0)
        {
            return (0, true);
        }

        var hits = 0L;
        var complete = await VisitAsync(LongCandidates, null, _ => hits++, until, cancellation).ConfigureAwait(false);
        return (hits, complete);
    }

    internal JsonObject LongCandidates => Dsl.Filter(Translation.Query, Dsl.Term(FieldNames.Long, true));

    internal JsonObject ShortCandidates => Translation.SplitsLong ? Dsl.Filter(Translation.Query, Dsl.Not(Dsl.Term(FieldNames.Long, true))) : Translation.Query;

    /// <summary>Where the page after a hit begins.</summary>
    internal static JsonArray AfterOf(HitKey key) =>
        [LinePrefix.FinishTicks(key.FinishedAt), LogOrder.Of(key.Build, key.File), key.Line, key.Part];
}
