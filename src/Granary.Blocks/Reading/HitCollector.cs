using Granary.Core.Search;

namespace Granary.Blocks.Reading;

/// <summary>Keeps the hits of one chunk until they are handed on; past the limit it only counts.</summary>
internal sealed class HitCollector(HitBuilder builder, int limit)
{
    private readonly List<LineHit> hits = [];

    /// <summary>Hits met, those past the limit included.</summary>
    public long Total { get; private set; }

    public bool IsFull => limit > 0 && Total >= limit;

    public void Visit(HitPlace place)
    {
        if (!IsFull)
        {
            hits.Add(builder.Build(place));
        }

        Total++;
    }

    public IReadOnlyList<LineHit> Take()
    {
        var taken = hits.ToArray();
        hits.Clear();
        return taken;
    }
}
