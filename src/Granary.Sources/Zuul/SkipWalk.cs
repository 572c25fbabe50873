using System.Runtime.CompilerServices;
using Granary.Core.Cursors;
using Granary.Core.Model;
using Granary.Core.Ports;

namespace Granary.Sources.Zuul;

/// <summary>
/// Pages by <c>skip</c>, for servers without ids. Positions are start times in seconds. Rows shift while builds arrive, so pages
/// overlap, and one that does not join the ones before is asked for again further up.
/// </summary>
internal sealed class SkipWalk(ZuulApi api, ZuulPages pages, IntervalSet recorded)
{
    /// <summary>
    /// Where the positions begin: September 2001, before any Zuul. Not 0, so that a server that learns ids later (they stay
    /// below this) does not find them recorded already.
    /// </summary>
    public const long Beginning = 1_000_000_000;

    private const int Remembered = 4;
    private const int MaxFruitless = 50;

    private readonly IntervalSet before = recorded;
    private readonly Queue<HashSet<BuildKey>> recent = new();
    private readonly int overlap = Math.Clamp(pages.Size / 10, 1, 10);
    private readonly SkipSearch search = new(api, pages.Size);
    private IntervalSet taken = recorded;

    /// <summary>Everything that began at this second or before, down to the last page, has been walked over.</summary>
    private long segmentTop = pages.Cutoff.ToUnixTimeSeconds() - 1;
    private long position = long.MaxValue;
    private long? bottom;

    /// <param name="top">The rows of a first request; not empty.</param>
    /// <exception cref="CiException">The list shifts faster than it can be read, or the server does not page.</exception>
    public async IAsyncEnumerable<BuildPage> ReadAsync(
        IReadOnlyList<ZuulRow> top, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var (rows, skip, fruitless) = (top, 0, 0);
        while (rows.Count > 0 || recent.Count > 0)
        {
            if (recent.Count > 0 && !Joins(rows))
            {
                skip = Math.Max(0, skip - Math.Max(1, pages.Size / 2));
                CheckFruit(++fruitless);
            }
            else
            {
                var fresh = rows.Any(row => !IsRecent(row));
                if (Take(rows, skip > 0) is { } page)
                {
                    yield return page;
                }

                if (pages.AreAllTooOld(rows))
                {
                    break;
                }

                var known = IsKnown(rows);
                if (known && GapBelow() is null)
                {
                    yield break;
                }

                CheckFruit(fruitless = fresh ? 0 : fruitless + 1);
                if (!fresh && !await HasMoreAsync(skip + rows.Count, cancellation))
                {
                    break;
                }

                skip += Math.Max(1, rows.Count - overlap);
                skip = known && fresh ? await JumpAsync(skip, cancellation) : skip;
            }

            rows = await api.BuildsAsync(pages.Size, skip, null, cancellation);
        }

        if (recent.Count > 0 && segmentTop > Beginning && taken.Gaps(new(Beginning, segmentTop)).Any())
        {
            yield return new([], new(Beginning, segmentTop)) { Backfill = true };
        }
    }

    /// <summary>From a page that is known to shortly above the next gap, where that is further than the next page.</summary>
    private async Task<int> JumpAsync(int skip, CancellationToken cancellation)
    {
        var gap = GapBelow()!.Value;
        // Start times are in order up to the overlap window.
        var above = gap.To + pages.Window;
        if (above >= bottom)
        {
            return skip;
        }

        var found = await search.FindAsync(skip - 1, above, cancellation);
        if (found > skip + pages.Size)
        {
            recent.Clear();
            segmentTop = Math.Min(segmentTop, gap.To);
            return found;
        }

        return skip;
    }

    private async Task<bool> HasMoreAsync(int skip, CancellationToken cancellation) =>
        (await api.BuildsAsync(1, skip, null, cancellation)).Count > 0;

    private static void CheckFruit(int fruitless)
    {
        if (fruitless > MaxFruitless)
        {
            throw new CiException("the list of builds does not page: skip is ignored, or rows shift faster than they are read");
        }
    }

    /// <summary>True where nothing was left out between the rows before and these.</summary>
    private bool Joins(IReadOnlyList<ZuulRow> rows) =>
        rows.Count > 0 && (rows.Any(IsRecent) || Seconds(rows[0].Build) > bottom);

    private bool IsRecent(ZuulRow row) => recent.Any(page => page.Contains(row.Build.Key));

    /// <summary>Null for a page without anything new.</summary>
    private BuildPage? Take(IReadOnlyList<ZuulRow> rows, bool below)
    {
        if (recent.Count == 0 && below)
        {
            // The first page after a jump: if it begins below the gap's top after all, it closes only what lies below itself.
            segmentTop = Math.Min(segmentTop, (Seconds(rows[0].Build) ?? segmentTop) - 1);
        }

        var builds = new List<Build>(rows.Count);
        foreach (var row in rows)
        {
            var seconds = Seconds(row.Build);
            position = seconds ?? Math.Min(position, segmentTop + 1);
            if (seconds is null || !taken.Contains(position))
            {
                pages.AddWanted(builds, row.Build with { Position = position });
            }
        }

        bottom = position;
        Remember(rows);
        // Further builds may share the lowest second, and order within a few rows is not strict: the tail's newest second is
        // left to the next page, which begins with the same rows.
        var tail = rows.Skip(rows.Count - overlap).Max(row => Seconds(row.Build)) + 1;
        var covered = tail <= segmentTop && taken.Gaps(new(tail.Value, segmentTop)).Any() ? new Interval(tail.Value, segmentTop) : default(Interval?);
        taken = covered is { } added ? taken.Add(added) : taken;
        var backfill = before.IsEmpty ? below : Seconds(rows[0].Build) <= before.Top;
        return builds.Count > 0 || covered is not null ? new(builds, covered) { Backfill = backfill } : null;
    }

    private bool IsKnown(IReadOnlyList<ZuulRow> rows) =>
        ZuulPages.AllThatBegan(rows, build => pages.IsSettled(build) && before.Contains(Seconds(build)!.Value));

    private Interval? GapBelow()
    {
        foreach (var gap in before.Gaps(new(Beginning, Math.Max(Beginning, bottom!.Value))))
        {
            return gap;
        }

        return null;
    }

    private void Remember(IReadOnlyList<ZuulRow> rows)
    {
        recent.Enqueue([.. rows.Select(row => row.Build.Key)]);
        if (recent.Count > Remembered)
        {
            recent.Dequeue();
        }
    }

    private static long? Seconds(Build build) => build.StartedAt?.ToUnixTimeSeconds();
}
