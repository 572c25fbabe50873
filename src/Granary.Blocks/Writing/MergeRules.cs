using Granary.Blocks.Catalogue;

namespace Granary.Blocks.Writing;

/// <summary>
/// Which segments are worth merging: those of one day and of like size, so that a line is written again once for each power of
/// the factor between the smallest segment and the full one.
/// </summary>
internal static class MergeRules
{
    /// <summary>Segments to merge into one; empty where none are due.</summary>
    public static IReadOnlyList<SegmentRow> Choose(IEnumerable<SegmentRow> rows, BlockIndexOptions options)
    {
        if (options.MergeFactor < 2)
        {
            return [];
        }

        var tiers = rows.Where(row => row.Raw < options.SegmentBytes / 2)
            .GroupBy(row => (row.Day, Tier(row, options)))
            .OrderByDescending(tier => tier.Key.Item2);
        foreach (var tier in tiers)
        {
            var chosen = TakeUpTo(tier.OrderBy(row => row.Id), options);
            if (chosen.Count >= options.MergeFactor || (chosen.Count > 1 && chosen.Sum(row => row.Raw) >= options.SegmentBytes))
            {
                return chosen;
            }
        }

        return [];
    }

    private static List<SegmentRow> TakeUpTo(IEnumerable<SegmentRow> rows, BlockIndexOptions options)
    {
        var chosen = new List<SegmentRow>();
        var sum = 0L;
        foreach (var row in rows)
        {
            if (sum >= options.SegmentBytes)
            {
                break;
            }

            chosen.Add(row);
            sum += row.Raw;
        }

        return chosen;
    }

    /// <summary>How many times the segment must grow by the factor to be full.</summary>
    private static int Tier(SegmentRow row, BlockIndexOptions options) =>
        (int)Math.Log((double)options.SegmentBytes / Math.Max(1, row.Raw), options.MergeFactor);
}
