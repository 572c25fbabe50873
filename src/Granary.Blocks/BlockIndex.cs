using System.Diagnostics;
using System.Runtime.CompilerServices;
using Granary.Blocks.Format;
using Granary.Blocks.Reading;
using Granary.Core.Model;
using Granary.Core.Ports;
using Granary.Core.Queries;
using Granary.Core.Search;

namespace Granary.Blocks;

/// <summary>Searches the embedded index, in any process, beside a writer. Sees what is committed when a call begins.</summary>
public sealed class BlockIndex : ILineSearch
{
    /// <summary>As an engine's.</summary>
    private const int MostFacets = 1000;

    private readonly SnapshotSource source;

    private BlockIndex(string folder) => source = new SnapshotSource(folder);

    /// <summary>Opens the index in <paramref name="folder"/>; one that is not there yet is empty until it is.</summary>
    public static BlockIndex Open(string folder) => new(folder);

    internal static BlockIndex Open(string folder, int longestLine) => new(folder) { LongestLine = longestLine };

    /// <summary>Bytes after which a line is decided piece by piece.</summary>
    private int LongestLine { get; init; } = LongLine.MaxBytes;

    /// <inheritdoc/>
    /// <exception cref="IndexFormatException">A newer version made the index.</exception>
    public async IAsyncEnumerable<SearchEvent> SearchAsync(
        SearchRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        var plan = Plan(request.Query, request.After);
        var snapshot = source.Take();
        using var run = new SearchRun(snapshot, plan);
        var builder = new HitBuilder(run, snapshot, request.Context);
        var collector = new HitCollector(builder, request.Limit);
        while (!collector.IsFull && run.ScanNext(collector.Visit))
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var damage in run.TakeDamages())
            {
                yield return damage;
            }

            foreach (var hit in collector.Take())
            {
                yield return hit;
            }
        }

        var (counted, complete) = collector.IsFull ? CountOn(run, request.CountBudget, cancellation) : (0, true);
        foreach (var damage in run.TakeDamages())
        {
            yield return damage;
        }

        await Task.CompletedTask;
        yield return new SearchSummary(collector.Total + counted, complete && request.After is null && run.IsExact, clock.Elapsed);
    }

    /// <inheritdoc/>
    public Task<SearchSummary> CountAsync(QueryNode query, TimeSpan budget, CancellationToken cancellation) => Task.Run(
        () =>
        {
            var clock = Stopwatch.StartNew();
            using var run = new SearchRun(source.Take(), Plan(query));
            var (count, complete) = CountOn(run, budget > TimeSpan.Zero ? budget : TimeSpan.MaxValue, cancellation);
            return new SearchSummary(count, complete && run.IsExact, clock.Elapsed) { Damages = run.TakeDamages() };
        },
        cancellation);

    /// <inheritdoc/>
    public Task<Histogram> HistogramAsync(QueryNode query, TimeSpan? width, TimeSpan budget, CancellationToken cancellation) => Task.Run(
        () =>
        {
            var clock = Stopwatch.StartNew();
            using var run = new SearchRun(source.Take(), Plan(query));
            var histogram = new HistogramBuilder();
            while (run.ScanNext(histogram.Visit))
            {
                cancellation.ThrowIfCancellationRequested();
                if (budget > TimeSpan.Zero && clock.Elapsed >= budget)
                {
                    return histogram.Build(width, exact: false) with { Damages = run.TakeDamages() };
                }
            }

            return histogram.Build(width, run.IsExact) with { Damages = run.TakeDamages() };
        },
        cancellation);

    /// <inheritdoc/>
    public Task<Facets> FacetsAsync(QueryNode query, string field, int limit, TimeSpan budget, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MostFacets);
        FacetFields.Require(field);
        return Task.Run(
            () =>
            {
                var clock = Stopwatch.StartNew();
                using var run = new SearchRun(source.Take(), Plan(query));
                var facets = new FacetBuilder(run, field);
                while (facets.Next())
                {
                    cancellation.ThrowIfCancellationRequested();
                    if (budget > TimeSpan.Zero && clock.Elapsed >= budget)
                    {
                        return facets.Build(limit, exact: false);
                    }
                }

                return facets.Build(limit, exact: true);
            },
            cancellation);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<LogLine> ReadLinesAsync(
        BuildKey build, string file, long from, long to, Action<IndexDamage> damaged,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var reader = new BuildReader(source.Take(), build, damaged);
        await Task.CompletedTask;
        foreach (var line in reader.ReadLines(file, from, to))
        {
            cancellation.ThrowIfCancellationRequested();
            yield return line;
        }
    }

    /// <inheritdoc/>
    public Task<BuildContents> ReadContentsAsync(BuildKey build, int generation, CancellationToken cancellation) => Task.Run(
        () =>
        {
            using var reader = new BuildReader(source.Take(), build, _ => { });
            return reader.ReadContents(generation, cancellation);
        },
        cancellation);

    /// <inheritdoc/>
    public async IAsyncEnumerable<IndexDamage> CheckAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        using var snapshot = source.Take();
        await Task.CompletedTask;
        foreach (var damage in snapshot.Damages)
        {
            yield return damage;
        }

        foreach (var segment in snapshot.Segments)
        {
            foreach (var error in segment.Reader.Check())
            {
                cancellation.ThrowIfCancellationRequested();
                yield return SegmentDamageException.Describe(segment.Reader.Name, error) with { Build = snapshot.AnyBuild(segment.Reader) };
            }

            cancellation.ThrowIfCancellationRequested();
        }
    }

    /// <inheritdoc/>
    /// <remarks>Takes the segments out of the catalogue; the next writer to open the index deletes their files.</remarks>
    public Task ForgetAsync(IReadOnlyList<IndexDamage> damages, CancellationToken cancellation)
    {
        var files = damages.Where(damage => damage.Build is null).Select(damage => damage.Where.Split(' ')[0]).ToHashSet();
        return Task.Run(() => source.Forget(files), cancellation);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        source.Dispose();
        return ValueTask.CompletedTask;
    }

    private SearchPlan Plan(QueryNode query, HitKey? after = null) => SearchPlan.Of(query, after) with { LongestLine = LongestLine };

    private static (long Count, bool Complete) CountOn(SearchRun run, TimeSpan budget, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        for (var count = 0L; ;)
        {
            cancellation.ThrowIfCancellationRequested();
            if (clock.Elapsed >= budget)
            {
                return (count, false);
            }

            var found = run.CountNext();
            if (found < 0)
            {
                return (count, true);
            }

            count += found;
        }
    }
}
