using System.Runtime.CompilerServices;
using Granary.Core.Cursors;
using Granary.Core.Model;
using Granary.Core.Ports;

namespace Granary.Sources.Zuul;

/// <summary>
/// Pages by <c>idx_max</c>: positions are Zuul's ids, so that nothing shifts. Goes from the top down through whatever is not
/// taken, until an empty page shows the end.
/// </summary>
internal sealed class KeysetWalk(ZuulApi api, ZuulPages pages, IntervalSet recorded)
{
    private readonly IntervalSet before = recorded;
    private IntervalSet taken = recorded;
    private bool settledSeen;

    /// <param name="top">The rows of a first request without bounds, descending by id; not empty.</param>
    /// <exception cref="CiException">As the API throws, or the server stopped to page by id.</exception>
    public async IAsyncEnumerable<BuildPage> ReadAsync(
        IReadOnlyList<ZuulRow> top, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var rows = top;
        yield return Take(rows, long.MaxValue, backfill: false);
        var ask = rows[^1].Id!.Value - 1;
        while (!pages.AreAllTooOld(rows) && NextGap(ask) is { } gap)
        {
            ask = gap.To;
            rows = await api.BuildsAsync(pages.Size, 0, ask, cancellation);
            if (rows.Count == 0)
            {
                break;
            }

            if (!IsDescending(rows, ask))
            {
                throw new CiException($"the list of builds does not keep to idx_max={ask}");
            }

            yield return Take(rows, ask, IsBackfill(ask));
            ask = rows[^1].Id!.Value - 1;
        }

        if (settledSeen && ask > 0 && NextGap(ask) is not null)
        {
            // The end was seen, or all below is too old to be wanted: closed for ever.
            yield return new([], new(0, ask)) { Backfill = IsBackfill(ask) };
        }
    }

    /// <summary>True where every row has an id of at most <paramref name="most"/>, each lower than the one before.</summary>
    public static bool IsDescending(IReadOnlyList<ZuulRow> rows, long most)
    {
        foreach (var row in rows)
        {
            if (row.Id is not { } id || id > most)
            {
                return false;
            }

            most = id - 1;
        }

        return true;
    }

    private Interval? NextGap(long below)
    {
        // Database ids begin at 1; some servers take 0 for no bound.
        foreach (var gap in taken.Gaps(new(0, below)))
        {
            return gap.To > 0 ? gap : null;
        }

        return null;
    }

    /// <summary>Everything below something recorded is; of a source never read, everything below its first page.</summary>
    private bool IsBackfill(long position) => before.IsEmpty || before.Top > position;

    private BuildPage Take(IReadOnlyList<ZuulRow> rows, long upper, bool backfill)
    {
        var builds = new List<Build>(rows.Count);
        foreach (var row in rows)
        {
            if (!taken.Contains(row.Id!.Value))
            {
                pages.AddWanted(builds, row.Build with { Position = row.Id.Value });
            }
        }

        var covered = Covered(rows, upper);
        if (covered is { } interval)
        {
            taken = taken.Add(interval);
        }

        return new(builds, covered) { Backfill = backfill };
    }

    /// <summary>
    /// Ids are given out in order but may become visible out of it, within the overlap window: the upper end is the highest id
    /// whose build began before the window. Below one such everything is settled.
    /// </summary>
    private Interval? Covered(IReadOnlyList<ZuulRow> rows, long upper)
    {
        if (!settledSeen)
        {
            if (rows.FirstOrDefault(row => pages.IsSettled(row.Build)) is not { } settled)
            {
                return null;
            }

            (settledSeen, upper) = (true, settled.Id!.Value);
        }

        return new(rows[^1].Id!.Value, upper);
    }
}
