using Granary.Blocks.Format;
using Granary.Core.Queries;
using Granary.Core.Search;

namespace Granary.Blocks.Reading;

/// <summary>One search over a snapshot: gives hits chunk by chunk, in order.</summary>
internal sealed class SearchRun : IDisposable
{
    private readonly Snapshot snapshot;
    private readonly SearchPlan plan;
    private readonly BlockCache cache = new();
    private readonly LogMerge merge;
    private readonly List<IndexDamage> damages = [];
    private readonly HashSet<IndexDamage> told = [];
    private LogText? text;
    private BuildDecision decision;
    private LogScan? scan;
    private int next;
    private bool inPieces;

    public SearchRun(Snapshot snapshot, SearchPlan plan)
    {
        (this.snapshot, this.plan) = (snapshot, plan);
        foreach (var damage in snapshot.Damages)
        {
            Damaged(damage);
        }

        merge = new LogMerge(snapshot, plan, Damaged);
    }

    /// <summary>The log in work.</summary>
    public LogText Text => text!;

    public LineMatcher Matcher => decision.Lines;

    public BlockCache Cache => cache;

    /// <summary>Scans the next chunk that can hold hits; false when there is none left.</summary>
    public bool ScanNext(Action<HitPlace> visit)
    {
        while (scan is null || next >= text!.Places.Count || !scan.Wants(next))
        {
            if (scan is not null && ++next < text!.Places.Count)
            {
                continue;
            }

            if (!NextLog())
            {
                return false;
            }
        }

        Scan(visit);
        return true;
    }

    /// <summary>
    /// As <see cref="ScanNext"/> for those who only count: a log whose every line answers is not read, as that would take as long as
    /// reading the index. So of it only damage is told, and left out of the count, that the segment itself knows of: blocks that were
    /// lost. What damaged the file since shows when it is read, by a search or by <c>verify</c>.
    /// </summary>
    /// <returns>Entries found; negative when there is nothing left.</returns>
    public long CountNext()
    {
        if (scan is null || next >= text!.Places.Count)
        {
            if (!NextLog())
            {
                return -1;
            }
        }

        if (next == 0 && decision.Verdict == BuildVerdict.EveryLine && plan.After is null)
        {
            next = text!.Places.Count;
            return CountUnread();
        }

        var count = 0L;
        if (scan!.Wants(next))
        {
            Scan(_ => count++);
        }
        else
        {
            next++;
        }

        return count;
    }

    /// <summary>Whether what was found is all: nothing was damaged, and no line too long to be decided at once.</summary>
    public bool IsExact => told.Count == 0 && !inPieces;

    /// <summary>Damages met since the last call, each once in a run.</summary>
    public IReadOnlyList<IndexDamage> TakeDamages()
    {
        if (damages.Count == 0)
        {
            return [];
        }

        var taken = damages.ToArray();
        damages.Clear();
        return taken;
    }

    public void Damaged(IndexDamage damage)
    {
        if (told.Add(damage))
        {
            damages.Add(damage);
        }
    }

    public void Dispose()
    {
        cache.Dispose();
        snapshot.Dispose();
    }

    private void Scan(Action<HitPlace> visit)
    {
        scan!.Scan(next++, visit);
        inPieces |= scan.InPieces;
    }

    private long CountUnread()
    {
        var count = 0L;
        foreach (var (segment, chunk, _) in text!.Places)
        {
            if (segment.DamageOf(chunk.Block) is { } damage)
            {
                Damaged(SegmentDamageException.Describe(segment.Name, damage));
            }
            else
            {
                count += chunk.Count;
            }
        }

        return count;
    }

    private bool NextLog()
    {
        if (!merge.TryNext(out var found, out decision))
        {
            return false;
        }

        (text, next) = (found, 0);
        scan = new LogScan(plan, cache, found, decision, Damaged);
        return true;
    }
}
