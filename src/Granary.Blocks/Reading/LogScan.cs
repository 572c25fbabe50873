using Granary.Blocks.Format;
using Granary.Core.Chunks;
using Granary.Core.Model;
using Granary.Core.Queries;
using Granary.Core.Search;

namespace Granary.Blocks.Reading;

/// <summary>Decides the lines of one log, a chunk at a time; what it finds is exact, whatever the postings said, but for <see cref="InPieces"/>.</summary>
internal sealed class LogScan(SearchPlan plan, BlockCache cache, LogText text, BuildDecision decision, Action<IndexDamage> damaged)
{
    private readonly bool every = decision.Verdict == BuildVerdict.EveryLine;
    private readonly LineMatcher matcher = decision.Lines;
    private readonly long? finish = FinishOf(text.Log.Build);
    private readonly bool resumes = plan.After is { } after && after.Build == text.Log.Build.Key && after.File == text.Log.File;

    /// <summary>What is not decided yet of a line longer than the bound: from which chunk on, and what the line's first part says.</summary>
    private (int Index, long Time, Severity Severity)? rest;

    /// <summary>True once a line was decided in pieces by more than the build: words far apart in it were not seen together.</summary>
    public bool InPieces { get; private set; }

    /// <summary>True if a chunk must be read.</summary>
    public bool Wants(int index) => text.Places[index].Candidate || text.Continues(index + 1) || rest?.Index == index;

    /// <summary>Gives every hit that begins in a chunk to <paramref name="visit"/>, in order.</summary>
    public void Scan(int index, Action<HitPlace> visit)
    {
        try
        {
            using var view = text.Open(cache, index);
            if (view.Continuations.IsEmpty && !text.Continues(index + 1))
            {
                ScanLines(view, visit);
            }
            else
            {
                ScanParts(view, index, visit);
            }
        }
        catch (Exception e) when (SegmentDamageException.Tells(e))
        {
            damaged(SegmentDamageException.Describe(text.Places[index].Segment.Name, e));
        }
    }

    private static long? FinishOf(Build build) => build.FinishedAt is { } time ? (time.UtcTicks - DateTime.UnixEpoch.Ticks) * 100 : null;

    /// <summary>The usual case: every entry is a whole line.</summary>
    private void ScanLines(ChunkView view, Action<HitPlace> visit)
    {
        var lines = view.Text;
        var scanner = matcher.Scan(lines);
        for (var from = 0; from < lines.Length;)
        {
            var at = every ? from : scanner.Next(from);
            if (at < 0)
            {
                return;
            }

            var start = from + lines[from..at].LastIndexOf((byte)'\n') + 1;
            var length = lines[at..].IndexOf((byte)'\n');
            var end = length < 0 ? lines.Length : at + length;
            if ((every || Matches(view, start, lines[start..end])) && IsAfter(view, start))
            {
                visit(new HitPlace(view, start, end, null));
            }

            from = end + 1;
        }
    }

    private bool Matches(ChunkView view, int start, ReadOnlySpan<byte> line)
    {
        var time = plan.Shape.Times ? view.TimeOf(view.EntryAt(start)) : Chunk.NoTime;
        var severity = plan.Shape.Severities ? view.SeverityOf(view.EntryAt(start)) : Severity.None;
        return matcher.Matches(line, time, finish, severity);
    }

    private bool IsAfter(ChunkView view, int start)
    {
        if (!resumes)
        {
            return true;
        }

        var entry = view.EntryAt(start);
        var order = view.NumberOf(entry).CompareTo(plan.After!.Line);
        return order > 0 || (order == 0 && view.PartOf(entry) > plan.After.Part);
    }

    private void ScanParts(ChunkView view, int index, Action<HitPlace> visit)
    {
        var entry = 0;
        if (text.Continues(index))
        {
            // The line that begins elsewhere was decided there, unless it is longer than what is decided at once.
            while (entry < view.Count && view.IsContinuation(entry))
            {
                entry++;
            }

            if (rest is { } begun && begun.Index == index)
            {
                using var line = LongLine.ReadOn(text, cache, view, index, plan.LongestLine);
                ScanLine(line, begun.Time, begun.Severity, visit);
            }
        }

        while (entry < view.Count)
        {
            using var line = LongLine.Read(text, cache, view, index, entry, plan.LongestLine);
            ScanLine(
                line,
                plan.Shape.Times ? view.TimeOf(entry) : Chunk.NoTime,
                plan.Shape.Severities ? view.SeverityOf(entry) : Severity.None,
                visit);
            entry += line.OwnParts;
        }
    }

    private void ScanLine(LongLine line, long time, Severity severity, Action<HitPlace> visit)
    {
        rest = line.Next is { } next ? (next, time, severity) : null;
        InPieces |= rest is not null && !every;
        if (!every && !matcher.Matches(line.Text, time, finish, severity))
        {
            return;
        }

        var spans = new List<MatchSpan>();
        matcher.GetSpans(line.Text, spans);
        var offset = 0;
        var (first, count) = line.Decided.GetOffsetAndLength(line.Parts.Count);
        foreach (var (index, (view, part)) in line.Parts.Index())
        {
            var (start, end) = (view.StartOf(part), view.EndOf(part));
            var own = Cut(spans, offset, end - start);
            if (index >= first && index < first + count && (spans.Count == 0 || own.Count > 0) && IsAfter(view, start))
            {
                visit(new HitPlace(view, start, end, own));
            }

            offset += end - start;
        }
    }

    /// <summary>The matches that begin in a part, as far as they lie in it.</summary>
    private static List<MatchSpan> Cut(List<MatchSpan> spans, int offset, int length) =>
    [
        .. spans.Where(span => span.Start >= offset && span.Start < offset + length)
            .Select(span => new MatchSpan(span.Start - offset, Math.Min(span.Length, offset + length - span.Start))),
    ];
}
