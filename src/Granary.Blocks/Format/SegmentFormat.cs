namespace Granary.Blocks.Format;

/// <summary>The numbers of the segment format; docs/block-format.md explains them. A change of any is a new version.</summary>
internal static class SegmentFormat
{
    public const int Version = 1;

    /// <summary>Bytes of the header, and of its copy at the file's end.</summary>
    public const int HeaderSize = 64;

    /// <summary>Most bytes of lines in a block; one chunk never has more.</summary>
    public const int MaxBlockBytes = Core.Chunks.Chunk.MaxBytes;

    /// <summary>Most blocks of a segment; bounds what a reader allocates for a damaged file.</summary>
    public const int MaxBlocks = 1 << 20;

    /// <summary>Most bytes of a page of logs, and of a directory, before compression.</summary>
    public const int MaxPageBytes = 64 * 1024 * 1024;

    /// <summary>Logs in a page, at most; and chunks, unless a single log has more.</summary>
    public const int PageLogs = 64;

    /// <summary>See <see cref="PageLogs"/>.</summary>
    public const int PageChunks = 1024;

    /// <summary>Bits of a token's hash: at 10 GB (2^24 terms) one absent word in sixteen costs one block read in vain.</summary>
    public const int TokenBits = 28;

    /// <summary>Bits of the hash of two neighbouring tokens; three blocks in vain for an absent pair at 10 GB.</summary>
    public const int PairBits = 24;

    /// <summary>Bits of a trigram: three bytes as they are, only in another order.</summary>
    public const int TrigramBits = 24;

    /// <summary>Spreads trigrams over the buckets; odd, so that no two become one.</summary>
    public static uint SpreadTrigram(uint trigram) => (trigram * 0x9E3779B1u) & 0xFFFFFF;
}
