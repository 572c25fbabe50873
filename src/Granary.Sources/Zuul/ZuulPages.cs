using Granary.Core.Model;

namespace Granary.Sources.Zuul;

/// <summary>What both walks ask of a page's builds. One for each walk: the overlap window begins when it does.</summary>
/// <param name="cutoff">What began before then is settled.</param>
internal sealed class ZuulPages(SourceFilter filter, int size, DateTimeOffset cutoff)
{
    // Builds that finished after Since may have begun before; few run for a day.
    private static readonly TimeSpan LongestBuild = TimeSpan.FromHours(24);

    public int Size => size;

    public DateTimeOffset Cutoff => cutoff;

    public bool IsSettled(Build build) => build.StartedAt < cutoff;

    public void AddWanted(List<Build> builds, Build build)
    {
        if (BuildFilter.Passes(filter, build))
        {
            builds.Add(build);
        }
    }

    /// <summary>True where every build of the page began long before what is wanted.</summary>
    public bool AreAllTooOld(IReadOnlyList<ZuulRow> rows) =>
        filter.Since is { } since && rows.Count > 0 && rows.All(row => row.Build.StartedAt < since - LongestBuild);
}
