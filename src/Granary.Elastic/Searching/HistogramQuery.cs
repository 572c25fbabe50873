using System.Text.Json;
using System.Text.Json.Nodes;
using Granary.Core.Chunks;
using Granary.Core.Search;

namespace Granary.Elastic.Searching;

/// <summary>Hits over time: buckets by the engine for what it decides, by the second for the rest.</summary>
internal sealed class HistogramQuery(SearchSession session)
{
    private const string Early = "early";
    private const int FewestBuckets = 20;

    /// <summary>Engines refuse more than 65,535 by default.</summary>
    private const int MostBuckets = 50_000;

    private static readonly int[] Widths =
    [
        1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 3 * 3600, 6 * 3600, 12 * 3600, 86400,
        2 * 86400, 4 * 86400, 7 * 86400, 14 * 86400, 28 * 86400, 56 * 86400, 112 * 86400, 224 * 86400, 448 * 86400,
    ];

    private readonly SortedDictionary<long, long> seconds = [];
    private long total;

    internal async Task<Histogram> AskAsync(TimeSpan? width, TimeSpan budget, CancellationToken cancellation)
    {
        TimeSpan? until = budget > TimeSpan.Zero ? budget : null;
        if (!session.Translation.IsExact)
        {
            var all = await session.VisitAsync(session.Translation.Query, null, Visit, until, cancellation).ConfigureAwait(false);
            return Build(Span() is var (low, high) ? Step(width, low, high) : 1, all);
        }

        var seen = !session.Translation.SplitsLong
            || await session.VisitAsync(session.LongCandidates, null, Visit, until, cancellation).ConfigureAwait(false);
        var extent = await session.Reader.CountAsync(session.ShortCandidates, Extent(), budget, cancellation).ConfigureAwait(false);
        if (!extent.HasAggregations)
        {
            return Build(1, seen && session.IsComplete);
        }

        if (extent.Aggregations.GetProperty(Early).GetProperty("doc_count").GetInt64() > 0)
        {
            seen &= await session.VisitAsync(Dsl.Filter(session.ShortCandidates, IsEarly), null, Visit, until, cancellation).ConfigureAwait(false);
        }

        var step = Bounds(extent) is var (first, last) ? Step(width, first, last) : 1;
        var late = Dsl.Filter(session.ShortCandidates, Dsl.Not(IsEarly));
        var page = await session.Reader.CountAsync(late, Buckets(step), budget, cancellation).ConfigureAwait(false);
        total += page.Total;
        if (page.HasAggregations)
        {
            Add(page);
        }

        return Build(step, seen && session.IsComplete);
    }

    /// <summary>Lines before 1970: few in any log, and in no field that engines make buckets of, so that they are read.</summary>
    private static JsonObject IsEarly => Dsl.Exists(FieldNames.EarlyTime);

    private void Add(SearchPage page)
    {
        foreach (var bucket in page.Aggregations.GetProperty("times").GetProperty("buckets").EnumerateArray())
        {
            var second = bucket.GetProperty("key").GetInt64() / 1000;
            seconds[second] = seconds.GetValueOrDefault(second) + bucket.GetProperty("doc_count").GetInt64();
        }
    }

    private void Visit(LineHit hit)
    {
        total++;
        var second = hit.Line.Time != Chunk.NoTime ? (long)Math.Floor(hit.Line.Time / 1e9) : hit.Build.FinishedAt?.ToUnixTimeSeconds();
        if (second is { } known)
        {
            seconds[known] = seconds.GetValueOrDefault(known) + 1;
        }
    }

    private (long First, long Last)? Span() => seconds.Count == 0 ? null : (seconds.Keys.First(), seconds.Keys.Last());

    private (long First, long Last)? Bounds(SearchPage page)
    {
        var (low, high) = (Second(page, "first"), Second(page, "last"));
        return (low, high, Span()) switch
        {
            ({ } first, { } last, var (longFirst, longLast)) => (Math.Min(first, longFirst), Math.Max(last, longLast)),
            ({ } first, { } last, null) => (first, last),
            (_, _, var span) => span,
        };
    }

    private static long? Second(SearchPage page, string name) =>
        page.Aggregations.GetProperty(name).GetProperty("value") is { ValueKind: JsonValueKind.Number } value ? (long)Math.Floor(value.GetDouble() / 1000) : null;

    private static JsonObject Extent() => new()
    {
        ["first"] = new JsonObject { ["min"] = new JsonObject { ["field"] = FieldNames.Timestamp } },
        ["last"] = new JsonObject { ["max"] = new JsonObject { ["field"] = FieldNames.Timestamp } },
        [Early] = new JsonObject { ["filter"] = IsEarly },
    };

    private static JsonObject Buckets(long step) => new()
    {
        ["times"] = new JsonObject
        {
            ["date_histogram"] = new JsonObject { ["field"] = FieldNames.Timestamp, ["fixed_interval"] = $"{step}s", ["min_doc_count"] = 1 },
        },
    };

    private static long Step(TimeSpan? width, long first, long last) =>
        Math.Max(Math.Max(1, width is { } asked ? (long)asked.TotalSeconds : Choose(last - first)), 1 + ((last - first) / MostBuckets));

    private static long Choose(long span) => Widths.LastOrDefault(width => span / width >= FewestBuckets, 1);

    /// <summary>Buckets over what was counted, which may be more than the extent said: lines become searchable between two questions.</summary>
    private Histogram Build(long step, bool exact)
    {
        if (Span() is not var (first, last))
        {
            return new Histogram([], total, exact) { Damages = session.Shortfall.Damages };
        }

        // A multiple, into whose buckets those of the engine fit whole.
        step *= 1 + ((last - first) / step / MostBuckets);
        var start = Floor(first, step);
        var counts = new long[((Floor(last, step) - start) / step) + 1];
        foreach (var (second, count) in seconds)
        {
            counts[(Floor(second, step) - start) / step] += count;
        }

        return new Histogram(
            [.. counts.Select((count, index) => new HistogramBucket(
                DateTimeOffset.FromUnixTimeSeconds(start + (index * step)), TimeSpan.FromSeconds(step), count))],
            total, exact)
        {
            Damages = session.Shortfall.Damages,
        };
    }

    private static long Floor(long second, long step) => second - (((second % step) + step) % step);
}
