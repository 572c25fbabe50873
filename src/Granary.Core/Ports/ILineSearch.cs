using Granary.Core.Model;
using Granary.Core.Queries;
using Granary.Core.Search;

namespace Granary.Core.Ports;

/// <summary>Where lines are searched. Readers see committed lines only, beside a running writer.</summary>
public interface ILineSearch : IAsyncDisposable
{
    /// <summary>
    /// Hits in the order of <see cref="HitKey"/> as they are found, <see cref="IndexDamage"/> where it is met, then one
    /// <see cref="SearchSummary"/>.
    /// </summary>
    /// <exception cref="QueryNotSupportedException">The query has a part that this index cannot answer.</exception>
    IAsyncEnumerable<SearchEvent> SearchAsync(SearchRequest request, CancellationToken cancellation);

    /// <summary>
    /// Counts without limit within the budget (zero or less: no bound). An index may count entries that it knows to answer without
    /// reading them; of these it tells only damage that it knows of already.
    /// </summary>
    Task<SearchSummary> CountAsync(QueryNode query, TimeSpan budget, CancellationToken cancellation);

    /// <summary>Hits over time; <paramref name="width"/> null: chosen so that there are 20 to 60 buckets.</summary>
    Task<Histogram> HistogramAsync(QueryNode query, TimeSpan? width, TimeSpan budget, CancellationToken cancellation);

    /// <summary>The commonest values of a field among the hits.</summary>
    /// <param name="query">Whose hits.</param>
    /// <param name="field">One of <see cref="FacetFields"/>.</param>
    /// <param name="limit">Most values, 1 to 1000.</param>
    /// <param name="budget">Zero or less: no bound.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="QueryNotSupportedException">No such field, or a part of the query that this index cannot answer.</exception>
    Task<Facets> FacetsAsync(QueryNode query, string field, int limit, TimeSpan budget, CancellationToken cancellation);

    /// <summary>
    /// Entries of one log, by line number, both ends included; in order. Where some cannot be read, <paramref name="damaged"/> is
    /// told and the others follow.
    /// </summary>
    IAsyncEnumerable<LogLine> ReadLinesAsync(
        BuildKey build, string file, long from, long to, Action<IndexDamage> damaged, CancellationToken cancellation);

    /// <summary>What the index holds of a build, found by reading every block of it, not by its own statistics.</summary>
    Task<BuildContents> ReadContentsAsync(BuildKey build, int generation, CancellationToken cancellation);

    /// <summary>Reads the whole index and yields every damage.</summary>
    IAsyncEnumerable<IndexDamage> CheckAsync(CancellationToken cancellation);

    /// <summary>
    /// Ends the report of damages beside which no build is known: nothing of such a part can be read, and whoever calls has all builds
    /// that miss lines read again. An index that heals by itself does nothing.
    /// </summary>
    Task ForgetAsync(IReadOnlyList<IndexDamage> damages, CancellationToken cancellation) => Task.CompletedTask;
}
