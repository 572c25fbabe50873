namespace Granary.Core.Model;

/// <summary>What became of one log file.</summary>
public sealed record FileReceipt
{
    public required string Path { get; init; }

    /// <summary>Where it came from.</summary>
    public required string Url { get; init; }

    public required FileStatus Status { get; init; }

    /// <summary>Why it is not complete; null where it is.</summary>
    public string? Reason { get; init; }

    /// <summary>Bytes as stated by the CI's manifest, else by Content-Length; null where neither was given.</summary>
    public long? DeclaredBytes { get; init; }

    /// <summary>Bytes received, as transferred (before content decoding).</summary>
    public long ReceivedBytes { get; init; }

    /// <summary>Decoded bytes read.</summary>
    public long RawBytes { get; init; }

    /// <summary>Normalised bytes indexed, line ends included.</summary>
    public long Bytes { get; init; }

    /// <summary>Lines, from the first to the last line number.</summary>
    public long Lines { get; init; }

    /// <summary>Entries indexed: lines, and the further parts of long lines.</summary>
    public long Entries { get; init; }

    /// <summary>The chain over the chunks' hashes.</summary>
    public ContentHash Hash { get; init; }

    /// <summary>Entries that the index refused for good (dead letters).</summary>
    public long Refused { get; init; }
}
