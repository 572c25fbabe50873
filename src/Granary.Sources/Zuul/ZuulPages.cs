using Granary.Core.Model;

namespace Granary.Sources.Zuul;

/// <summary>What both walks ask of a page's builds. One for each walk: the overlap window begins when it does.</summary>
/// <param name="window">How long rows may still appear out of order.</param>
internal sealed class ZuulPages(SourceFilter filter, int size, DateTimeOffset now, TimeSpan window)
{
    // Builds that finished after Since may have begun before; few run for a day.
    private static readonly TimeSpan LongestBuild = TimeSpan.FromHours(24);

    public int Size => size;

    /// <summary>What began before then is settled.</summary>
    public DateTimeOffset Cutoff { get; } = now - window;

    /// <summary>The overlap window in whole seconds.</summary>
    public long Window => (long)Math.Ceiling(window.TotalSeconds);

    public bool IsSettled(Build build) => build.StartedAt < Cutoff;

    public void AddWanted(List<Build> builds, Build build)
    {
        if (BuildFilter.Passes(filter, build))
        {
            builds.Add(build);
        }
    }

    /// <summary>True where every build of the page began long before what is wanted.</summary>
    public bool AreAllTooOld(IReadOnlyList<ZuulRow> rows) =>
        filter.Since is { } since && AllThatBegan(rows, build => build.StartedAt < since - LongestBuild);

    /// <summary>
    /// Whether something holds for every build that says when it began, and one does. Skipped and lost builds have no start,
    /// and stand among the others.
    /// </summary>
    public static bool AllThatBegan(IReadOnlyList<ZuulRow> rows, Func<Build, bool> holds)
    {
        var began = rows.Where(row => row.Build.StartedAt is not null);
        return began.Any() && began.All(row => holds(row.Build));
    }
}
