using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Granary.Core.Model;
using Granary.Core.Ports;
using Granary.Core.Queries;
using Granary.Core.Search;
using Granary.Elastic.Http;
using Granary.Elastic.Searching;
using Granary.Elastic.Writing;

namespace Granary.Elastic;

/// <summary>
/// Searches lines in Elasticsearch or OpenSearch by the same query language as the embedded index: the engine narrows, and where it cannot
/// decide, the line does. Sees what the engine has refreshed.
/// </summary>
public sealed class ElasticLineSearch : ILineSearch
{
    private const int FirstPage = 200;

    /// <summary>
    /// Most lines of one answer when a log is read: pages of short lines are followed by such of long ones, 32 MiB in all where each is as long as entries
    /// get.
    /// </summary>
    private const int LargestLogPage = 1000;

    private readonly ElasticClient client;
    private readonly IndexNames names;
    private readonly ContentsReader contents;

    internal ElasticLineSearch(ElasticClient client, EngineInfo engine)
    {
        (this.client, Engine) = (client, engine);
        names = new IndexNames(client.Options.Prefix);
        contents = new ContentsReader(client, engine, names);
    }

    /// <summary>Which engine is asked.</summary>
    public EngineInfo Engine { get; }

    /// <inheritdoc/>
    public async IAsyncEnumerable<SearchEvent> SearchAsync(
        SearchRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var session = new SearchSession(client, names, request.Query);
        var query = session.Translation.Query;
        var limit = request.Limit == 0 ? long.MaxValue : request.Limit;
        var after = request.After is { } key ? SearchSession.AfterOf(key) : null;
        await using var view = limit > LineReader.LargestPage
            ? await PointInTime.OpenAsync(client, Engine.Kind, names.AllLines, cancellation).ConfigureAwait(false) : null;
        var pages = session.Reader.As(view);
        var (yielded, total, longCandidates, size) = (0L, -1L, 0L, FirstPage);
        for (var more = true; more && yielded < limit;)
        {
            var isFirst = total < 0;
            size = isFirst ? (int)Math.Min(limit, FirstPage) : size;
            var page = await pages.PageAsync(query, after, size, isFirst, isFirst ? session.LongAggregation() : null, cancellation).ConfigureAwait(false);
            (total, longCandidates) = isFirst ? (page.Total, SearchSession.LongIn(page)) : (total, longCandidates);
            var hits = await session.DecideAsync(page.Lines, full: true, cancellation).ConfigureAwait(false);
            var wanted = hits.Take((int)Math.Min(hits.Count, limit - yielded)).ToArray();
            var around = await WithContextAsync(session.Reader, wanted, page.Lines, request.Context, cancellation).ConfigureAwait(false);
            foreach (var damage in session.Shortfall.TakeNew())
            {
                yield return damage;
            }

            foreach (var hit in around)
            {
                yield return hit;
            }

            yielded += wanted.Length;
            more = page.Lines.Count == size;
            size = LineReader.NextSize(page);
            after = yielded == limit && wanted.Length > 0 ? SearchSession.AfterOf(wanted[^1].Key) : more ? page.Lines[^1].After : after;
            more |= wanted.Length < hits.Count;
            if (!more)
            {
                after = null;
            }
        }

        var summary = await SummariseAsync(session, request, (yielded, total, longCandidates), after, cancellation).ConfigureAwait(false);
        foreach (var damage in session.Shortfall.TakeNew())
        {
            yield return damage;
        }

        yield return summary;
    }

    /// <inheritdoc/>
    public async Task<SearchSummary> CountAsync(QueryNode query, TimeSpan budget, CancellationToken cancellation)
    {
        var session = new SearchSession(client, names, query);
        var (total, exact) = await session.CountAsync(budget, cancellation).ConfigureAwait(false);
        return new SearchSummary(total, exact, session.Elapsed) { Damages = session.Shortfall.Damages };
    }

    /// <inheritdoc/>
    public Task<Histogram> HistogramAsync(QueryNode query, TimeSpan? width, TimeSpan budget, CancellationToken cancellation) =>
        new HistogramQuery(new SearchSession(client, names, query)).AskAsync(width, budget, cancellation);

    /// <inheritdoc/>
    public Task<Facets> FacetsAsync(QueryNode query, string field, int limit, TimeSpan budget, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 1000);
        FacetFields.Require(field);
        return new FacetQuery(new SearchSession(client, names, query), field).AskAsync(limit, budget, cancellation);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<LogLine> ReadLinesAsync(
        BuildKey build, string file, long from, long to, Action<IndexDamage> damaged,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        var query = Dsl.Filter(
            Dsl.Term(FieldNames.BuildHash, LineIds.Of(build.Hash)),
            Dsl.Term(FieldNames.File, file),
            Dsl.Range(FieldNames.Line, from, to == long.MaxValue ? null : to + 1));
        var reader = new LineReader(client, names);
        JsonArray? after = null;
        StoredLine? kept = null;
        var size = FirstPage;
        for (var more = true; more;)
        {
            var body = new JsonObject
            {
                ["query"] = query.DeepClone(),
                ["size"] = size,
                ["sort"] = new JsonArray(FieldNames.Line, LineReader.ByPart("asc"), FieldNames.Generation, FieldNames.LogOrder),
                ["track_total_hits"] = false,
            };
            if (after is not null)
            {
                body["search_after"] = after;
            }

            var page = await reader.SearchAsync(body, cancellation).ConfigureAwait(false);
            foreach (var damage in reader.Shortfall.TakeNew())
            {
                damaged(damage);
            }

            foreach (var line in page.Lines.Where(line => line.Line.File == file))
            {
                // While a build is read anew, two generations can stand side by side: the later one counts.
                if (kept is not null && (kept.Line.Number, kept.Line.Part) != (line.Line.Number, line.Line.Part))
                {
                    yield return kept.Line;
                }

                kept = line;
            }

            more = page.Lines.Count == size;
            size = Math.Min(LineReader.NextSize(page), LargestLogPage);
            after = more && page.Lines[^1] is var last ? [last.Line.Number, last.Line.Part, last.Generation, last.LogOrder] : null;
        }

        if (kept is not null)
        {
            yield return kept.Line;
        }
    }

    /// <inheritdoc/>
    public async Task<BuildContents> ReadContentsAsync(BuildKey build, int generation, CancellationToken cancellation)
    {
        var ofBuild = Dsl.Term(FieldNames.BuildHash, LineIds.Of(build.Hash));
        var ofGeneration = Dsl.Term(FieldNames.Generation, generation);
        using var refreshed = await client.JsonAsync(HttpMethod.Post, $"{names.AllLines}/_refresh?ignore_unavailable=true", null,
            "refresh the indices", cancellation, client.Options.LongTimeout).ConfigureAwait(false);
        var files = await contents.ReadAsync(Dsl.Filter(ofBuild, ofGeneration), cancellation).ConfigureAwait(false);
        var others = await new LineReader(client, names).CountAsync(Dsl.Filter(ofBuild, Dsl.Not(ofGeneration)), null, TimeSpan.Zero, cancellation).ConfigureAwait(false);
        return others.IsComplete ? new BuildContents(files, others.Total)
            : throw new IndexUnavailableException("a shard does not answer: the build cannot be read in full");
    }

    /// <summary>What the engine refused for good and nothing has replaced.</summary>
    public Task<RefusedLines> RefusedAsync(CancellationToken cancellation) => new DeadLetters(client, names, new OwnIndices(client)).SumAsync(cancellation);

    /// <inheritdoc/>
    public async IAsyncEnumerable<IndexDamage> CheckAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        using var health = await client.JsonAsync(
            HttpMethod.Get, $"_cluster/health/{names.AllLines}?level=shards", null, "ask for the cluster's health", cancellation).ConfigureAwait(false);
        var indices = health.RootElement.TryGetProperty("indices", out var some) ? some.EnumerateObject().ToArray() : [];
        foreach (var index in indices)
        {
            foreach (var shard in index.Value.GetProperty("shards").EnumerateObject().Where(shard => shard.Value.GetProperty("status").GetString() == "red"))
            {
                yield return new IndexDamage($"{index.Name}[{shard.Name}]", "its primary shard is not assigned");
            }
        }

        var page = await new LineReader(client, names).CountAsync(new JsonObject { ["match_all"] = new JsonObject() }, null, TimeSpan.Zero, cancellation).ConfigureAwait(false);
        foreach (var damage in page.Damages)
        {
            yield return damage;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        client.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>What the engine counted where it decides; otherwise what is left is read within the budget.</summary>
    private static async Task<SearchSummary> SummariseAsync(SearchSession session, SearchRequest request,
        (long Yielded, long Total, long Long) seen, JsonArray? after, CancellationToken cancellation)
    {
        var until = session.Elapsed + request.CountBudget;
        if (session.Translation.IsExact)
        {
            var (hits, all) = await session.CountLongAsync(seen.Long, until, cancellation).ConfigureAwait(false);
            return new SearchSummary(seen.Total - seen.Long + hits, session.IsComplete && all, session.Elapsed);
        }

        var total = seen.Yielded;
        var counted = after is null
            || await session.VisitAsync(session.Translation.Query, after, _ => total++, until, cancellation).ConfigureAwait(false);
        return new SearchSummary(total, session.IsComplete && counted && request.After is null, session.Elapsed);
    }

    private static async Task<IReadOnlyList<LineHit>> WithContextAsync(
        LineReader reader, LineHit[] hits, IReadOnlyList<StoredLine> page, int context, CancellationToken cancellation)
    {
        if (context == 0 || hits.Length == 0)
        {
            return hits;
        }

        var stored = page.ToDictionary(line => line.Line, ReferenceEqualityComparer.Instance as IEqualityComparer<LogLine>);
        var answer = new List<LineHit>(hits.Length);
        foreach (var hit in hits)
        {
            var line = stored[hit.Line];
            var (number, part) = (line.Line.Number, line.Line.Part);
            var before = await reader.LinesAsync(line, Math.Max(0, number - context), number, (number, part), true, context, cancellation).ConfigureAwait(false);
            var after = await reader.LinesAsync(line, number, number + context, (number, part), false, context, cancellation).ConfigureAwait(false);
            answer.Add(hit with { Before = [.. before.Reverse().Select(near => near.Line)], After = [.. after.Select(near => near.Line)] });
        }

        return answer;
    }
}
