namespace Granary.Core.Model;

/// <summary>
/// How far a build is read and acknowledged: every chunk before it is held by the index. It stands at a chunk's start where no
/// state is carried but what is written here (never inside a line's parts or a masked block).
/// </summary>
public sealed record Checkpoint
{
    /// <summary>Files before this one, wholly acknowledged, in reading order.</summary>
    public IReadOnlyList<FileReceipt> Done { get; init; } = [];

    /// <summary>The file in work; null between two files.</summary>
    public string? File { get; init; }

    /// <summary>What the server called this content; null where it gave no strong validator.</summary>
    public string? ETag { get; init; }

    /// <summary>Decoded bytes of the file before the next chunk.</summary>
    public long Offset { get; init; }

    /// <summary>The next chunk's number in the file, from 0.</summary>
    public int Ordinal { get; init; }

    /// <summary>The next chunk's first line, from 1.</summary>
    public long Line { get; init; } = 1;

    /// <summary>The chain over the hashes of the chunks before.</summary>
    public ContentHash Chain { get; init; }

    /// <summary>The carried time, in nanoseconds since 1970 UTC; <see cref="Chunks.Chunk.NoTime"/> for none.</summary>
    public long Time { get; init; } = Chunks.Chunk.NoTime;

    /// <summary>Lines and normalised bytes of the file's chunks before.</summary>
    public long Bytes { get; init; }

    /// <summary>Entries (lines and further parts of long lines) of the file's chunks before.</summary>
    public long Entries { get; init; }
}
