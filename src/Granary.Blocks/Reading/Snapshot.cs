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
    private readonly Dictionary<BuildKey, int> shown = [];

    public CatalogueContents Contents => contents;

    public IReadOnlyList<SnapshotSegment> Segments => segments;

    /// <summary>Segments that cannot be opened at all.</summary>
    public IReadOnlyList<IndexDamage> Damages => damages;

    /// <summary>The visible logs of a build with the segments that hold them; in no order.</summary>
    public IEnumerable<(SegmentReader Segment, SegmentLog Log)> FindLogs(BuildKey build, Action<IndexDamage> damaged) =>
        FindLogs(build, null, damaged);

    private IEnumerable<(SegmentReader Segment, SegmentLog Log)> FindLogs(BuildKey build, DateOnly? day, Action<IndexDamage> damaged)
    {
        var hash = build.Hash;
        foreach (var segment in segments.Where(segment => day is null || segment.Row.Day == day))
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

    /// <summary>
    /// True while an earlier generation of the build is there: a build that is read again shows what it had, until that is deleted.
    /// Nearly every build has one generation only and costs nothing; of the others the first ones are looked up once a snapshot.
    /// </summary>
    public bool IsLater(LogIdentity log)
    {
        if (log.Generation <= 1)
        {
            return false;
        }

        if (!shown.TryGetValue(log.Build.Key, out var first))
        {
            first = FindLogs(log.Build.Key, log.IndexDay, _ => { }).Select(found => found.Log.Log.Generation).DefaultIfEmpty(log.Generation).Min();
            shown.Add(log.Build.Key, first);
        }

        return log.Generation > first;
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
