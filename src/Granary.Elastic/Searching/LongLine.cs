using System.Buffers;
using Granary.Core.Queries;
using Granary.Core.Search;

namespace Granary.Elastic.Searching;

/// <summary>A line in parts, decided as a whole.</summary>
internal sealed class LongLine
{
    private readonly IReadOnlyList<StoredLine> parts;
    private readonly bool matches;
    private readonly List<MatchSpan> spans = [];

    private LongLine(IReadOnlyList<StoredLine> parts, bool matches) => (this.parts, this.matches) = (parts, matches);

    /// <param name="parts">In order, at least one.</param>
    /// <param name="matcher">The query, its fields settled.</param>
    /// <param name="finish">When the build finished.</param>
    internal static LongLine Decide(IReadOnlyList<StoredLine> parts, LineMatcher matcher, long? finish)
    {
        var length = parts.Sum(part => part.Line.Text.Length);
        var rented = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            var offset = 0;
            foreach (var part in parts)
            {
                part.Line.Text.Span.CopyTo(rented.AsSpan(offset));
                offset += part.Line.Text.Length;
            }

            var text = rented.AsSpan(0, length);
            var line = new LongLine(parts, matcher.Matches(text, parts[0].Line.Time, finish, parts[0].Line.Severity));
            if (line.matches)
            {
                matcher.GetSpans(text, line.spans);
            }

            return line;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    internal bool Holds(StoredLine line) =>
        parts[0].Log == line.Log && parts[0].Line.Number == line.Line.Number && parts.Any(part => part.Line.Part == line.Line.Part);

    /// <summary>The matches that begin in the part; null if it is no hit. A match may end at the part's end and go on in the next.</summary>
    internal IReadOnlyList<MatchSpan>? MatchesOf(StoredLine line)
    {
        if (!matches)
        {
            return null;
        }

        var start = parts.TakeWhile(part => part.Line.Part != line.Line.Part).Sum(part => part.Line.Text.Length);
        var end = start + line.Line.Text.Length;
        var own = spans.Where(span => span.Start >= start && span.Start < end)
            .Select(span => new MatchSpan(span.Start - start, Math.Min(span.Length, end - span.Start))).ToArray();
        return own.Length > 0 || spans.Count == 0 ? own : null;
    }
}
