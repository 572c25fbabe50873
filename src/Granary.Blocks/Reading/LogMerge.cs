using Granary.Core.Queries;
using Granary.Core.Search;

namespace Granary.Blocks.Reading;

/// <summary>Merges the cursors of all segments into one walk over logs; a segment is not looked at before its turn.</summary>
internal sealed class LogMerge
{
    private readonly PriorityQueue<SegmentCursor, CursorKey> cursors = new();
    private readonly Snapshot snapshot;
    private readonly Action<IndexDamage> damaged;

    public LogMerge(Snapshot snapshot, SearchPlan plan, Action<IndexDamage> damaged)
    {
        (this.snapshot, this.damaged) = (snapshot, damaged);
        foreach (var segment in snapshot.Segments)
        {
            var cursor = new SegmentCursor(segment, plan, snapshot, damaged);
            cursors.Enqueue(cursor, cursor.Key);
        }
    }

    /// <summary>The next log that can hold answers, with the chunks found of it and what is left of the query.</summary>
    public bool TryNext(out LogText text, out BuildDecision decision)
    {
        while (cursors.TryPeek(out var first, out _))
        {
            if (!first.IsOpen)
            {
                cursors.Dequeue();
                first.Open();
                Advance(first);
                continue;
            }

            decision = first.Decision;
            text = Gather(first.Key);
            return true;
        }

        (text, decision) = (null!, default);
        return false;
    }

    private LogText Gather(CursorKey key)
    {
        var log = key.Log!;
        var places = new List<ChunkPlace>();
        while (cursors.TryPeek(out var cursor, out var at) && at.CompareTo(key) == 0)
        {
            cursors.Dequeue();
            places.AddRange(cursor.Places());
            Advance(cursor);
        }

        var text = LogText.Of(log, places);
        return text.LacksStart() ? Complete(text) : text;
    }

    /// <summary>A long line begins in a segment in which the log has no candidate: everything of the log is wanted.</summary>
    private LogText Complete(LogText text)
    {
        var candidates = text.Places.Where(place => place.Candidate).Select(place => place.Chunk.Ordinal).ToHashSet();
        var whole = snapshot.ReadWhole(text.Log, damaged);
        return LogText.Of(text.Log, text.Places.Concat(
            whole.Places.Select(place => place with { Candidate = candidates.Contains(place.Chunk.Ordinal) })));
    }

    private void Advance(SegmentCursor cursor)
    {
        if (cursor.MoveNext())
        {
            cursors.Enqueue(cursor, cursor.Key);
        }
    }
}
