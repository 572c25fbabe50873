namespace Granary.Blocks.Reading;

/// <summary>A decompressed block; its lines stay as they are while somebody holds it.</summary>
internal sealed class CachedBlock(byte[] lines)
{
    public byte[] Lines => lines;

    public int Holders { get; set; }

    /// <summary>When it was last asked for, in the cache's count.</summary>
    public long Used { get; set; }
}
