namespace Granary.Core.Model;

/// <summary>What became of one log file. Values are stored: never renumber.</summary>
public enum FileStatus : byte
{
    /// <summary>Every line that the CI has is in the index.</summary>
    Complete = 0,

    /// <summary>Listed, and not there when fetched (404, 410).</summary>
    Missing = 1,

    /// <summary>It ended before its stated end; what came is in the index.</summary>
    Truncated = 2,

    /// <summary>Not read: binary, an image, not asked for.</summary>
    Skipped = 3,

    /// <summary>Not read to its end: a decompression bound, a refused host, damaged encoding.</summary>
    Refused = 4,
}
