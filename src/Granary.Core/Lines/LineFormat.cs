namespace Granary.Core.Lines;

/// <summary>The version of the rules by which <see cref="LogChunker"/> makes entries and chunks from a log's bytes.</summary>
public static class LineFormat
{
    /// <summary>Raised whenever the same log would give other bytes or other chunk boundaries.</summary>
    public const int Version = 1;
}
