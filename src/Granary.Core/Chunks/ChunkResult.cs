namespace Granary.Core.Chunks;

/// <summary>What an index did with a chunk.</summary>
public enum ChunkResult
{
    /// <summary>Durable now.</summary>
    Stored,

    /// <summary>Held already, with the same content.</summary>
    Held,

    /// <summary>Held already with another content: the log changed between two reads; the next generation must be begun.</summary>
    Conflict,

    /// <summary>Durable but for the entries that the index refused for good.</summary>
    Refused,
}
