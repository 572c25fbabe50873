using Granary.Blocks.Format;
using Granary.Core.Queries;
using Granary.Core.Search;

namespace Granary.Blocks.Reading;

/// <summary>Walks the logs of one segment that can hold answers, in the order of logs.</summary>
internal sealed class SegmentCursor(
    SnapshotSegment segment, SearchPlan plan, Snapshot snapshot, Action<IndexDamage> damaged)
{
    private BlockSet candidates = new(0);
    private bool[] pages = [];
    private int page = -1;
    private SegmentLog[] logs = [];
    private int next;

    public SegmentReader Reader => segment.Reader;

    /// <summary>Where the cursor stands in the order; before <see cref="Open"/> at the segment's start.</summary>
    public CursorKey Key { get; private set; } = new(segment.Row.FirstFinish, null);

    public bool IsOpen => pages.Length > 0;

    /// <summary>The log at which the cursor stands.</summary>
    public SegmentLog Current => logs[next - 1];

    /// <summary>What is left of the query for <see cref="Current"/>.</summary>
    public BuildDecision Decision { get; private set; }

    /// <summary>Finds the candidates; the cursor then stands before the first log.</summary>
    public void Open()
    {
        candidates = plan.Condition.Find(Reader, Damaged);
        var directory = Reader.Directory;
        pages = new bool[Math.Max(1, directory.Pages.Count)];
        for (var block = 0; block < directory.Blocks.Count; block++)
        {
            if (candidates.Contains(block))
            {
                foreach (var number in directory.Blocks[block].Pages)
                {
                    pages[Math.Min(number, pages.Length - 1)] = true;
                }
            }
        }

        // Which blocks a lost page had logs in is not known: it is met, and told of, by every search.
        for (var number = 0; number < directory.Pages.Count; number++)
        {
            pages[number] |= directory.Pages[number].Stored == 0;
        }
    }

    /// <summary>Goes to the next log with a candidate; false after the last.</summary>
    public bool MoveNext()
    {
        while (true)
        {
            while (next < logs.Length)
            {
                var log = logs[next++];
                if (IsWanted(log))
                {
                    Key = new CursorKey(LogOrder.Finish(log.Log), log.Log);
                    return true;
                }
            }

            if (!NextPage())
            {
                return false;
            }
        }
    }

    public IEnumerable<ChunkPlace> Places() =>
        Current.Chunks.Select(chunk => new ChunkPlace(Reader, chunk, candidates.Contains(chunk.Block)));

    private bool NextPage()
    {
        var directory = Reader.Directory;
        for (page++; page < directory.Pages.Count; page++)
        {
            if (pages[page] && !IsBefore(directory.Pages[page]))
            {
                logs = ReadPage();
                next = 0;
                return true;
            }
        }

        return false;
    }

    private SegmentLog[] ReadPage()
    {
        try
        {
            return Reader.ReadPage(page);
        }
        catch (Exception e) when (SegmentDamageException.Tells(e))
        {
            Damaged(e);
            return [];
        }
    }

    /// <summary>True if every log of the page comes before what was asked for.</summary>
    private bool IsBefore(PageEntry entry) =>
        plan.After is { FinishedAt: var finish } && entry.LastFinish > (finish?.UtcTicks ?? LogOrder.NoFinish);

    private bool IsWanted(SegmentLog log)
    {
        if (snapshot.Contents.IsDeleted(log.Log) || IsBefore(log) || !log.Chunks.Any(chunk => candidates.Contains(chunk.Block)))
        {
            return false;
        }

        Decision = plan.Matcher.DecideBuild(log.Log.Build, log.Log.File);
        return Decision.Verdict != BuildVerdict.NoLine && !snapshot.IsLater(log.Log);
    }

    private bool IsBefore(SegmentLog log)
    {
        if (plan.After is not { } after)
        {
            return false;
        }

        var build = log.Log.Build;
        var order = HitKey.CompareBuilds(build.FinishedAt, build.Key, after.FinishedAt, after.Build);
        return order < 0 || (order == 0 && string.CompareOrdinal(log.Log.File, after.File) < 0);
    }

    private void Damaged(Exception error) => damaged(SegmentDamageException.Describe(Reader.Name, error));
}
