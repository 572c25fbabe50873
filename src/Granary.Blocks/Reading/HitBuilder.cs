using Granary.Core.Search;

namespace Granary.Blocks.Reading;

/// <summary>Makes of places in memory the hits that outlive them, with the lines around.</summary>
internal sealed class HitBuilder(SearchRun run, Snapshot snapshot, int context)
{
    private readonly List<MatchSpan> spans = [];
    private LogText? whole;

    public LineHit Build(HitPlace place)
    {
        var entry = place.View.EntryAt(place.Start);
        var log = place.View.Log;
        return new LineHit(log.Build, log.FileUrl, place.View.ToLine(entry))
        {
            Matches = place.Spans ?? FindSpans(place),
            Before = context == 0 ? [] : ReadBefore(place.View, entry),
            After = context == 0 ? [] : ReadAfter(place.View, entry),
        };
    }

    private MatchSpan[] FindSpans(HitPlace place)
    {
        spans.Clear();
        run.Matcher.GetSpans(place.Text, spans);
        return [.. spans];
    }

    private List<LogLine> ReadBefore(ChunkView view, int entry)
    {
        var lines = new List<LogLine>(context);
        for (var at = entry - 1; at >= 0 && lines.Count < context; at--)
        {
            lines.Add(view.ToLine(at));
        }

        for (var index = IndexOf(view) - 1; index >= 0 && lines.Count < context; index--)
        {
            using var earlier = Open(index);
            for (var at = (earlier?.Count ?? 0) - 1; at >= 0 && lines.Count < context; at--)
            {
                lines.Add(earlier!.ToLine(at));
            }
        }

        lines.Reverse();
        return lines;
    }

    private List<LogLine> ReadAfter(ChunkView view, int entry)
    {
        var lines = new List<LogLine>(context);
        for (var at = entry + 1; at < view.Count && lines.Count < context; at++)
        {
            lines.Add(view.ToLine(at));
        }

        for (var index = IndexOf(view) + 1; index < whole!.Places.Count && lines.Count < context; index++)
        {
            using var later = Open(index);
            for (var at = 0; at < (later?.Count ?? 0) && lines.Count < context; at++)
            {
                lines.Add(later!.ToLine(at));
            }
        }

        return lines;
    }

    private int IndexOf(ChunkView view)
    {
        if (whole?.Log.Id != view.Log.Id)
        {
            whole = snapshot.ReadWhole(view.Log, run.Damaged);
        }

        for (var index = 0; index < whole.Places.Count; index++)
        {
            if (whole.Places[index].Chunk.Ordinal == view.Ordinal)
            {
                return index;
            }
        }

        return -1;
    }

    private ChunkView? Open(int index)
    {
        try
        {
            return whole!.Open(run.Cache, index);
        }
        catch (Exception e) when (Format.SegmentDamageException.Tells(e))
        {
            run.Damaged(Format.SegmentDamageException.Describe(whole!.Places[index].Segment.Name, e));
            return null;
        }
    }
}
