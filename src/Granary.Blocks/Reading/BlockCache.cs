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

    /// <summary>
    /// Gives up the block longest not asked for, and returns its memory; null while there is room. A line so long that it holds
    /// every block makes the cache larger; what is too much is given up afterwards.
    /// </summary>
    private byte[]? MakeRoom()
    {
        byte[]? lines = null;
        while (blocks.Count >= Capacity && TryFindOldest(out var key) && blocks.Remove(key, out var oldest))
        {
            if (lines is not null)
            {
                ArrayPool<byte>.Shared.Return(lines);
            }

            lines = oldest.Lines;
        }

        return lines;
    }

    private bool TryFindOldest(out (SegmentReader Segment, int Block) key)
    {
        CachedBlock? oldest = null;
        key = default;
        foreach (var (place, block) in blocks)
        {
            if (block.Holders == 0 && (oldest is null || block.Used < oldest.Used))
            {
                (key, oldest) = (place, block);
            }
        }

        return oldest is not null;
    }
}
