using Granary.Blocks.Catalogue;
using Granary.Blocks.Format;
using Granary.Core.Chunks;
using Granary.Core.Model;
using Granary.Core.Search;

namespace Granary.Blocks.Reading;

/// <summary>The index at one moment; its segments stay readable while it is held, whatever is merged or deleted beside.</summary>
internal sealed class Snapshot(
    SegmentPool pool, CatalogueContents contents, IReadOnlyList<SnapshotSegment> segments, IReadOnlyList<IndexDamage> damages)
    : IDisposable
{
    public CatalogueContents Contents => contents;

    public IReadOnlyList<SnapshotSegment> Segments => segments;

    /// <summary>Segments that cannot be opened at all.</summary>
    public IReadOnlyList<IndexDamage> Damages => damages;

    /// <summary>The visible logs of a build with the segments that hold them; in no order.</summary>
    public IEnumerable<(SegmentReader Segment, SegmentLog Log)> FindLogs(BuildKey build, Action<IndexDamage> damaged)
    {
        var hash = build.Hash;
        foreach (var segment in segments)
        {
            foreach (var page in segment.Reader.PagesOf(hash))
            {
                foreach (var log in ReadPage(segment.Reader, page, damaged))
                {
                    if (log.Log.Build.Key == build && !contents.IsDeleted(log.Log))
                    {
                        yield return (segment.Reader, log);
                    }
                }
            }
        }
    }

    /// <summary>A build with visible lines in the segment; null where none can be read.</summary>
    public BuildKey? AnyBuild(SegmentReader segment) => Enumerable.Range(0, segment.Directory.Pages.Count)
        .SelectMany(page => ReadPage(segment, page, _ => { }))
        .FirstOrDefault(log => !contents.IsDeleted(log.Log))?.Log.Build.Key;

    /// <summary>All of one log, for what must see beyond its candidates.</summary>
    public LogText ReadWhole(LogIdentity log, Action<IndexDamage> damaged) => LogText.Of(log,
        FindLogs(log.Build.Key, damaged).Where(found => found.Log.Log.Id == log.Id)
            .SelectMany(found => found.Log.Chunks.Select(chunk => new ChunkPlace(found.Segment, chunk, false))));

    public void Dispose()
    {
        foreach (var segment in segments)
        {
            pool.Return(segment.Row);
        }
    }

    private static SegmentLog[] ReadPage(SegmentReader segment, int page, Action<IndexDamage> damaged)
    {
        try
        {
            return segment.ReadPage(page);
        }
        catch (Exception e) when (SegmentDamageException.Tells(e))
        {
            damaged(SegmentDamageException.Describe(segment.Name, e));
            return [];
        }
    }
}
