using System.Text;

namespace Granary.Elastic.Writing;

/// <summary>The bytes with which each line of a log starts in a body, the gap for the line's part of the id included.</summary>
internal sealed class LineStart(string action, byte[] document)
{
    /// <summary>Up to where the line's number follows.</summary>
    internal byte[] Bytes { get; } =
    [
        .. Encoding.ASCII.GetBytes(action), .. new byte[LineIds.LineLength], .. "\"}}\n"u8, .. document, .. ",\"line\":"u8,
    ];

    /// <summary>Where the gap is.</summary>
    internal int IdAt { get; } = action.Length;
}
