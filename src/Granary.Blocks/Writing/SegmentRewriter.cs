using Granary.Blocks.Catalogue;
using Granary.Blocks.Format;
using Granary.Blocks.Reading;
using Granary.Core.Chunks;

namespace Granary.Blocks.Writing;

/// <summary>Writes the visible chunks of some segments of a day into a new one, packed together.</summary>
internal sealed class SegmentRewriter(IndexFolder folder, BlockPacker packer)
{
    /// <summary>The new segment, not committed yet; null where nothing visible is left.</summary>
    /// <param name="rows">Segments of one day.</param>
    /// <param name="dropped">Logs that are left out, beside those that a tombstone hides.</param>
    /// <param name="dropUnreadable">
    /// Leaves out chunks that cannot be read, instead of failing: a deletion must not end at a damaged block. Whoever counts a build
    /// then misses them.
    /// </param>
    /// <param name="cancellation">Ends the work between two chunks.</param>
    public async Task<SegmentRow?> RewriteAsync(
        IReadOnlyList<SegmentRow> rows, Func<LogIdentity, bool> dropped, bool dropUnreadable, CancellationToken cancellation)
    {
        using var target = new OpenSegment(folder.Layer, folder.Segments, folder.NextSegment(), rows[0].Day, packer);
        foreach (var row in rows)
        {
            await CopyAsync(row, target, dropped, dropUnreadable, cancellation);
        }

        return await target.FinishAsync();
    }

    private async Task CopyAsync(
        SegmentRow row, OpenSegment target, Func<LogIdentity, bool> dropped, bool dropUnreadable, CancellationToken cancellation)
    {
        SegmentReader segment;
        try
        {
            segment = folder.Pool.Take(row);
        }
        catch (FileNotFoundException) when (dropUnreadable)
        {
            return;
        }

        try
        {
            await CopyAsync(segment, target, dropped, dropUnreadable, cancellation);
        }
        finally
        {
            folder.Pool.Return(row);
        }
    }

    private async Task CopyAsync(
        SegmentReader segment, OpenSegment target, Func<LogIdentity, bool> dropped, bool dropUnreadable, CancellationToken cancellation)
    {
        using var cache = new BlockCache();
        foreach (var chunk in FindVisible(segment, dropped, dropUnreadable))
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                var block = cache.Take(segment, chunk.Entry.Block);
                await target.AddAsync(chunk, block.Lines.AsMemory(chunk.Entry.Offset, chunk.Entry.Length));
                BlockCache.Release(block);
            }
            catch (Exception e) when (dropUnreadable && e is SegmentDamageException or InvalidDataException)
            {
                continue;
            }
        }
    }

    /// <summary>In the order in which they lie in the file, so that each block is read once.</summary>
    private List<PendingChunk> FindVisible(SegmentReader segment, Func<LogIdentity, bool> dropped, bool dropUnreadable)
    {
        var chunks = new List<PendingChunk>();
        for (var page = 0; page < segment.Directory.Pages.Count; page++)
        {
            foreach (var log in ReadPage(segment, page, dropUnreadable).Where(log => !folder.Contents.IsDeleted(log.Log) && !dropped(log.Log)))
            {
                chunks.AddRange(log.Chunks.Select(chunk => ToPending(segment, log, chunk)));
            }
        }

        chunks.Sort((left, right) => (left.Entry.Block, left.Entry.Offset).CompareTo((right.Entry.Block, right.Entry.Offset)));
        return chunks;
    }

    private static SegmentLog[] ReadPage(SegmentReader segment, int page, bool dropUnreadable)
    {
        try
        {
            return segment.ReadPage(page);
        }
        catch (Exception e) when (dropUnreadable && e is SegmentDamageException or InvalidDataException)
        {
            return [];
        }
    }

    /// <summary>Of times and severities only the block's are known; they may say too much, never too little.</summary>
    private static PendingChunk ToPending(SegmentReader segment, SegmentLog log, ChunkEntry chunk)
    {
        var block = segment.Directory.Blocks[chunk.Block];
        return new PendingChunk(log.Log, chunk, block.Severities, block.FirstTime, block.LastTime,
            (block.Flags & BlockEntry.Untimed) != 0);
    }
}
