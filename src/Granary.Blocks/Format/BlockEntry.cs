namespace Granary.Blocks.Format;

/// <summary>A block: where it lies, what it can hold, and which pages have its logs.</summary>
internal sealed record BlockEntry
{
    /// <summary>In <see cref="Flags"/>: a chunk of the block begins inside a long line, so no term tells what that line holds.</summary>
    public const byte ContinuesLine = 1;

    /// <summary>In <see cref="Flags"/>: entries without a time.</summary>
    public const byte Untimed = 2;

    public required long Offset { get; init; }

    /// <summary>Compressed bytes; 0 where the block is lost, see <see cref="Lost.Crc"/>.</summary>
    public required int Stored { get; init; }

    /// <summary>Bytes of lines.</summary>
    public required int Raw { get; init; }

    public required uint Crc { get; init; }

    public required byte Flags { get; init; }

    /// <summary>A bit for each severity that an entry has.</summary>
    public required byte Severities { get; init; }

    /// <summary>Earliest time of an entry; after <see cref="LastTime"/> where none has one.</summary>
    public required long FirstTime { get; init; }

    public required long LastTime { get; init; }

    /// <summary>Ascending.</summary>
    public required int[] Pages { get; init; }
}
