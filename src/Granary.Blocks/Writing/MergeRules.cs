using Granary.Blocks.Catalogue;

namespace Granary.Blocks.Writing;

/// <summary>
/// Which segments are worth merging: those of one day and of like size, so that a line is written again once for each power of
/// the factor between the smallest segment and the full one.
/// </summary>
internal static class MergeRules
{
    /// <summary>
    /// Bytes of lines that a log counts for at least. While segments are merged, every log of theirs is in memory: of very small builds a
    /// segment would otherwise have a hundred thousand, 300 MB.
    /// </summary>
    public const int LogWeight = 8 * 1024;

    /// <summary>Segments to merge into one; empty where none are due.</summary>
    /// <param name="rows">What is committed and may be merged.</param>
    /// <param name="options">How large a segment is to be, and how many make one.</param>
    /// <param name="weigh">The bytes of lines of a segment, or its logs by <see cref="LogWeight"/>, whichever is more.</param>
    public static IReadOnlyList<SegmentRow> Choose(
        IEnumerable<SegmentRow> rows, BlockIndexOptions options, Func<SegmentRow, long> weigh)
    {
        if (options.MergeFactor < 2)
        {
            return [];
        }

        var tiers = rows.Where(row => row.Raw < options.SegmentBytes / 2)
            .Select(row => new Candidate(row, weigh(row)))
            .Where(candidate => candidate.Weight < options.SegmentBytes / 2)
            .GroupBy(candidate => (candidate.Row.Day, Tier(candidate, options)))
            .OrderByDescending(tier => tier.Key.Item2);
        foreach (var tier in tiers)
        {
            var chosen = TakeUpTo(tier.OrderBy(candidate => candidate.Row.Id), options);
            if (chosen.Count >= options.MergeFactor || (chosen.Count > 1 && chosen.Sum(candidate => candidate.Weight) >= options.SegmentBytes))
            {
                return [.. chosen.Select(candidate => candidate.Row)];
            }
        }

        return [];
    }

    private static List<Candidate> TakeUpTo(IEnumerable<Candidate> candidates, BlockIndexOptions options)
    {
        var chosen = new List<Candidate>();
        var sum = 0L;
        foreach (var candidate in candidates)
        {
            if (sum >= options.SegmentBytes)
            {
                break;
            }

            chosen.Add(candidate);
            sum += candidate.Weight;
        }

        return chosen;
    }

    /// <summary>How many times the segment must grow by the factor to be full.</summary>
    private static int Tier(Candidate candidate, BlockIndexOptions options) =>
        (int)Math.Log((double)options.SegmentBytes / Math.Max(1, candidate.Weight), options.MergeFactor);

    private sealed record Candidate(SegmentRow Row, long Weight);
}
