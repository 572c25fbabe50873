namespace Granary.Core.Model;

/// <summary>One log of a build, as the CI lists it.</summary>
public sealed record LogFile
{
    /// <summary>Relative path with <c>/</c> separators, unescaped; unique in its build. A trailing <c>.gz</c> of a stored file stays.</summary>
    public required string Path { get; init; }

    /// <summary>Where to fetch it, escaped; for a directory source the absolute path.</summary>
    public required string Url { get; init; }

    /// <summary>Bytes as the CI states them (in its manifest); null where it does not.</summary>
    public long? Size { get; init; }

    /// <summary>The media type as the CI states it.</summary>
    public string? ContentType { get; init; }

    /// <summary>Why the file is not read (not text, not asked for); null where it is. It is named on the receipt.</summary>
    public string? Skipped { get; init; }
}
