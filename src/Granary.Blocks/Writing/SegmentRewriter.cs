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
    /// <param name="carryLost">
    /// Takes over what cannot be read as <see cref="Lost"/>, instead of failing: a deletion must not end at a damaged block, and the damage must
    /// go on being told until its builds are read again.
    /// </param>
    /// <param name="cancellation">Ends the work between two chunks.</param>
    public async Task<SegmentRow?> RewriteAsync(
        IReadOnlyList<SegmentRow> rows, Func<LogIdentity, bool> dropped, bool carryLost, CancellationToken cancellation)
    {
        using var target = new OpenSegment(folder.Layer, folder.Segments, folder.NextSegment(), rows[0].Day, packer);
        foreach (var row in rows)
        {
            var segment = folder.Pool.Take(row);
            try
            {
                await CopyAsync(segment, target, dropped, carryLost, cancellation);
            }
            finally
            {
                folder.Pool.Return(row);
            }
        }

        return await target.FinishAsync();
    }

    private async Task CopyAsync(
        SegmentReader segment, OpenSegment target, Func<LogIdentity, bool> dropped, bool carryLost, CancellationToken cancellation)
    {
        using var cache = new BlockCache();
        var lost = new List<PendingChunk>();
        foreach (var chunk in FindVisible(segment, target, dropped, carryLost))
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                var block = cache.Take(segment, chunk.Entry.Block);
                await target.AddAsync(chunk, block.Lines.AsMemory(chunk.Entry.Offset, chunk.Entry.Length));
                BlockCache.Release(block);
            }
            catch (Exception e) when (carryLost && e is SegmentDamageException or InvalidDataException)
            {
                lost.Add(chunk);
            }
        }

        foreach (var block in lost.GroupBy(chunk => chunk.Entry.Block))
        {
            target.AddLost(segment.Directory.Blocks[block.Key].Raw, [.. block]);
        }
    }

    /// <summary>In the order in which they lie in the file, so that each block is read once.</summary>
    private List<PendingChunk> FindVisible(
        SegmentReader segment, OpenSegment target, Func<LogIdentity, bool> dropped, bool carryLost)
    {
        var chunks = new List<PendingChunk>();
        for (var page = 0; page < segment.Directory.Pages.Count; page++)
        {
            try
            {
                foreach (var log in segment.ReadPage(page).Where(log => !folder.Contents.IsDeleted(log.Log) && !dropped(log.Log)))
                {
                    chunks.AddRange(log.Chunks.Select(chunk => ToPending(segment, log, chunk)));
                }
            }
            catch (Exception e) when (carryLost && e is SegmentDamageException or InvalidDataException)
            {
                CarryPage(segment, page, target);
            }
        }

        chunks.Sort((left, right) => (left.Entry.Block, left.Entry.Offset).CompareTo((right.Entry.Block, right.Entry.Offset)));
        return chunks;
    }

    /// <summary>A build of which older generations are deleted was read again since the page was written: it misses nothing there.</summary>
    private void CarryPage(SegmentReader segment, int page, OpenSegment target)
    {
        var readAgain = folder.Contents.Deleted.Keys.Select(build => BuildTable.KeyOf(build.Hash)).ToHashSet();
        var builds = segment.BuildsOn(page).Where(build => !readAgain.Contains(build)).ToList();
        if (builds.Count > 0)
        {
            target.AddLost(new LostPage(segment.Directory.Pages[page], builds));
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
