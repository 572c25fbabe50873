using Granary.Core.Search;

namespace Granary.Elastic.Searching;

/// <summary>What the engine's answers to one question lack: of each shard that does not answer the first reason, and whether time ran out.</summary>
internal sealed class Shortfall
{
    private readonly List<IndexDamage> damages = [];
    private readonly HashSet<string> places = [];
    private bool timedOut;
    private int told;

    /// <summary>True as long as all was answered in full.</summary>
    internal bool IsNone => !timedOut && damages.Count == 0;

    /// <summary>Shards that did not answer.</summary>
    internal IReadOnlyList<IndexDamage> Damages => damages;

    internal void Add(SearchPage page)
    {
        timedOut |= page.TimedOut;
        damages.AddRange(page.Damages.Where(damage => places.Add(damage.Where)));
    }

    /// <summary>The damages since the last call.</summary>
    internal IReadOnlyList<IndexDamage> TakeNew()
    {
        var from = told;
        told = damages.Count;
        return damages[from..];
    }
}
