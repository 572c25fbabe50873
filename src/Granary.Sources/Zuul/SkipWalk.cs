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

    private readonly Queue<HashSet<BuildKey>> recent = new();
    private readonly int overlap = Math.Clamp(pages.Size / 10, 1, 10);
    private readonly long settled = pages.Cutoff.ToUnixTimeSeconds() - 1;
    private readonly IntervalSet before = recorded;
    private IntervalSet taken = recorded;
    private long position = long.MaxValue;
    private long? bottom;

    /// <param name="top">The rows of a first request; not empty.</param>
    /// <exception cref="CiException">The list shifts faster than it can be read, or the server does not page.</exception>
    public async IAsyncEnumerable<BuildPage> ReadAsync(
        IReadOnlyList<ZuulRow> top, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var (rows, skip, fruitless) = (top, 0, 0);
        while (true)
        {
            if (skip > 0 && !Joins(rows))
            {
                skip = Math.Max(0, skip - Math.Max(1, pages.Size / 2));
                CheckFruit(++fruitless);
            }
            else
            {
                var fresh = rows.Any(row => !IsRecent(row));
                var page = Take(rows, skip > 0);
                if (page.Builds.Count > 0 || (page.Covered is { } covered && taken.Gaps(covered).Any()))
                {
                    taken = page.Covered is { } added ? taken.Add(added) : taken;
                    yield return page;
                }

                if (IsDone(rows))
                {
                    break;
                }

                // A page without news is left without overlap, so that the list's end shows as an empty page.
                skip += fresh ? Math.Max(1, rows.Count - overlap) : rows.Count;
                CheckFruit(fruitless = fresh ? 0 : fruitless + 1);
                rows = await api.BuildsAsync(pages.Size, skip, null, cancellation);
                if (rows.Count == 0 && !fresh)
                {
                    break;
                }

                continue;
            }

            rows = await api.BuildsAsync(pages.Size, skip, null, cancellation);
        }

        if (settled > Beginning && taken.Gaps(new(Beginning, settled)).Any())
        {
            yield return new([], new(Beginning, settled)) { Backfill = true };
        }
    }

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

    private BuildPage Take(IReadOnlyList<ZuulRow> rows, bool below)
    {
        var builds = new List<Build>(rows.Count);
        foreach (var row in rows)
        {
            var seconds = Seconds(row.Build);
            position = seconds ?? Math.Min(position, settled + 1);
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
        var backfill = before.IsEmpty ? below : Seconds(rows[0].Build) <= before.Top;
        return new(builds, tail <= settled ? new(tail.Value, settled) : null) { Backfill = backfill };
    }

    private bool IsDone(IReadOnlyList<ZuulRow> rows) => pages.AreAllTooOld(rows) || (IsKnown(rows) && !GapBelow());

    private bool IsKnown(IReadOnlyList<ZuulRow> rows) =>
        rows.All(row => Seconds(row.Build) is { } seconds && seconds <= settled && before.Contains(seconds));

    private bool GapBelow() => before.Gaps(new(Beginning, bottom!.Value)).Any();

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
