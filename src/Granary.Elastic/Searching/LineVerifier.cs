using Granary.Core.Queries;
using Granary.Core.Search;

namespace Granary.Elastic.Searching;

/// <summary>Decides candidates by their text; of a line in parts, by the joined one. One search uses it, one line after the other.</summary>
internal sealed class LineVerifier(LineMatcher matcher, LineReader reader, QueryTranslation translation)
{
    /// <summary>A line beyond this is decided by what lies around the candidate: memory must not follow the input.</summary>
    private const int MostParts = 512;

    private readonly List<MatchSpan> spans = [];
    private LongLine? last;

    /// <summary>True if what it decided was decided on whole lines.</summary>
    internal bool IsExact { get; private set; } = true;

    /// <summary>The matches in the entry; null if it is no hit.</summary>
    internal async ValueTask<IReadOnlyList<MatchSpan>?> DecideAsync(StoredLine line, Core.Model.Build build, CancellationToken cancellation)
    {
        var lines = matcher.DecideBuild(build, line.Line.File).Lines;
        if (line.IsLong && translation.SplitsLong)
        {
            if (last is null || !last.Holds(line))
            {
                var parts = await PartsAsync(line, cancellation).ConfigureAwait(false);
                if (!parts.Any(part => part.Line.Part == line.Line.Part))
                {
                    // Deleted since the page was read: its generation was replaced.
                    (last, IsExact) = (null, false);
                    return null;
                }

                last = LongLine.Decide(parts, lines, line.FinishNanoseconds);
            }

            return last.MatchesOf(line);
        }

        if (!translation.IsExact && !lines.Matches(line.Line.Text.Span, line.Line.Time, line.FinishNanoseconds, line.Line.Severity))
        {
            return null;
        }

        spans.Clear();
        lines.GetSpans(line.Line.Text.Span, spans);
        return [.. spans];
    }

    private async Task<IReadOnlyList<StoredLine>> PartsAsync(StoredLine line, CancellationToken cancellation)
    {
        var number = line.Line.Number;
        var first = Math.Max(0, line.Line.Part - (MostParts / 2));
        var parts = await reader.LinesAsync(line, number, number, first == 0 ? null : (number, first - 1), false, MostParts, cancellation).ConfigureAwait(false);
        IsExact &= first == 0 && parts.Count < MostParts;
        return parts;
    }
}
