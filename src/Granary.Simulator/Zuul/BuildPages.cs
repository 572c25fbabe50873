using Granary.Simulator.Timeline;

namespace Granary.Simulator.Zuul;

/// <summary>Chooses the builds of a page: <c>_id</c> descending, without listing what lies above it where no filter is set.</summary>
internal sealed class BuildPages(BuildCatalogue catalogue)
{
    public IEnumerable<SimulatedBuild> Page(BuildQuery query)
    {
        var timeline = catalogue.Timeline;
        if (query.Uuid is { } uuid)
        {
            var only = timeline.Keys.PositionOf(uuid);
            return only >= 0 && only < timeline.Count && Within(query, only) ? Filtered(query, only, only) : [];
        }

        var top = timeline.Count - 1;
        top = query.IdxMax is { } max ? Math.Min(top, timeline.Keys.LastAtOrBelow(max)) : top;
        var bottom = query.IdxMin is { } min ? timeline.Keys.FirstAtOrAbove(min) : 0;
        return Filtered(query, top, bottom);
    }

    /// <summary>Finished builds by their end, newest first; both bounds are inclusive.</summary>
    public IEnumerable<SimulatedBuild> ByEnd(BuildQuery query, DateTime? from, DateTime? to)
    {
        var timeline = catalogue.Timeline;
        var now = timeline.Now;
        var ends = new List<(DateTime End, long Position)>();
        for (var position = 0L; position < timeline.Count; position++)
        {
            if (timeline.EndAt(position) is { } end && end <= now)
            {
                end = SimulatedClock.WholeSeconds(end);
                if (!(end < from) && !(end > to))
                {
                    ends.Add((end, position));
                }
            }
        }

        ends.Sort((a, b) => b.CompareTo(a));
        return Take(query, ends.Select(end => catalogue.At(end.Position)).Where(build => build.EndTime is not null));
    }

    private bool Within(BuildQuery query, long position)
    {
        var id = catalogue.Timeline.Keys.IdAt(position);
        return !(id > query.IdxMax) && !(id < query.IdxMin);
    }

    private IEnumerable<SimulatedBuild> Filtered(BuildQuery query, long top, long bottom)
    {
        if (!query.HasFilters)
        {
            for (var position = top - query.Skip; position >= bottom && position > top - query.Skip - query.Limit; position--)
            {
                yield return catalogue.At(position);
            }

            yield break;
        }

        foreach (var build in Take(query, Descending(top, bottom)))
        {
            yield return build;
        }
    }

    private IEnumerable<SimulatedBuild> Descending(long top, long bottom)
    {
        for (var position = top; position >= bottom; position--)
        {
            yield return catalogue.At(position);
        }
    }

    private static IEnumerable<SimulatedBuild> Take(BuildQuery query, IEnumerable<SimulatedBuild> builds)
    {
        var skip = query.Skip;
        var left = query.Limit;
        if (left == 0)
        {
            yield break;
        }

        foreach (var build in builds)
        {
            if (!query.Matches(build, BuildJson.NodesetOf(build)) || skip-- > 0)
            {
                continue;
            }

            yield return build;
            if (--left == 0)
            {
                yield break;
            }
        }
    }
}
