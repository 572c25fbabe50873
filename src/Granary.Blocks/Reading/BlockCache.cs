using System.Buffers;
using Granary.Blocks.Format;

namespace Granary.Blocks.Reading;

/// <summary>
/// The blocks that one search has in memory, decompressed: small builds share a block and are asked for one after the other. Not
/// safe for several threads.
/// </summary>
internal sealed class BlockCache : IDisposable
{
    private const int Capacity = 24;

    private readonly Dictionary<(SegmentReader Segment, int Block), CachedBlock> blocks = [];
    private long clock;

    /// <summary>Takes a block; <see cref="Release"/> must follow.</summary>
    public CachedBlock Take(SegmentReader segment, int number)
    {
        if (!blocks.TryGetValue((segment, number), out var block))
        {
            block = Read(segment, number);
            blocks.Add((segment, number), block);
        }

        block.Holders++;
        block.Used = ++clock;
        return block;
    }

    public static void Release(CachedBlock block) => block.Holders--;

    public void Dispose()
    {
        foreach (var block in blocks.Values)
        {
            ArrayPool<byte>.Shared.Return(block.Lines);
        }

        blocks.Clear();
    }

    private CachedBlock Read(SegmentReader segment, int number)
    {
        var lines = MakeRoom() ?? ArrayPool<byte>.Shared.Rent(SegmentFormat.MaxBlockBytes);
        try
        {
            segment.ReadBlock(number, lines);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(lines);
            throw;
        }

        return new CachedBlock(lines);
    }

    /// <summary>Gives up the block longest not asked for, and returns its memory; null while there is room.</summary>
    private byte[]? MakeRoom()
    {
        if (blocks.Count < Capacity)
        {
            return null;
        }

        var (key, oldest) = blocks.Where(one => one.Value.Holders == 0).MinBy(one => one.Value.Used);
        if (oldest is null)
        {
            return null;
        }

        blocks.Remove(key);
        return oldest.Lines;
    }
}
