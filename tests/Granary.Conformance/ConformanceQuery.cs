namespace Granary.Conformance;

/// <summary>A query and all of its hits, in the stated order.</summary>
public sealed record ConformanceQuery(string Text, IReadOnlyList<ConformanceHit> Hits)
{
    /// <inheritdoc/>
    public override string ToString() => Text;
}
