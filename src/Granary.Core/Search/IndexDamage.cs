using Granary.Core.Model;

namespace Granary.Core.Search;

/// <summary>A part of the index that cannot be read: what it is called, and what is wrong. Answers lack its lines.</summary>
/// <param name="Where">The segment file and block number, or the engine's index and shard.</param>
/// <param name="Reason">What is wrong with it.</param>
public sealed record IndexDamage(string Where, string Reason) : SearchEvent
{
    /// <summary>
    /// A build with lines beside the damage: once it is read again as its next generation, the part is written anew. Null where
    /// none is known.
    /// </summary>
    public BuildKey? Build { get; init; }
}
