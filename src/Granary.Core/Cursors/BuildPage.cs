using Granary.Core.Model;

namespace Granary.Core.Cursors;

/// <summary>Builds read from a CI in one request or a few, to be taken in one transaction.</summary>
/// <param name="Builds">Finished and running ones, filtered already.</param>
/// <param name="Covered">
/// The positions that are wholly recorded once this page is taken; null where the page closes nothing (an overlap window, or a
/// source whose builds have no order).
/// </param>
public sealed record BuildPage(IReadOnlyList<Build> Builds, Interval? Covered)
{
    /// <summary>Builds seen running that ended as the filter does not ask for: they leave <c>open</c>, and nothing is noted of them.</summary>
    public IReadOnlyList<BuildKey> Unwanted { get; init; } = [];

    /// <summary>True for the pages of a backfill, which yield to fresh builds.</summary>
    public bool Backfill { get; init; }
}
