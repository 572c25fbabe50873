using Granary.Core.Search;

namespace Granary.Blocks.Format;

/// <summary>A part of a segment cannot be read.</summary>
internal sealed class SegmentDamageException(string part, string reason) : Exception($"{part} {reason}")
{
    /// <summary>The block, page, bucket or table.</summary>
    public string Part { get; } = part;

    /// <summary>What is wrong with it.</summary>
    public string Reason { get; } = reason;

    /// <summary>True for what a damaged file makes its readers throw.</summary>
    public static bool Tells(Exception error) => error is SegmentDamageException or InvalidDataException or IOException;

    /// <summary>How a search tells of the damage.</summary>
    public static IndexDamage Describe(string file, Exception error) => error is SegmentDamageException damage
        ? new IndexDamage($"{file} {damage.Part}", damage.Reason)
        : new IndexDamage(file, error.Message);
}
