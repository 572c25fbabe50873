using System.Runtime.InteropServices;
using System.Text;
using Granary.Core.Search;
using Granary.Core.Text;

namespace Granary.Core.Queries.Matching;

/// <summary>Work on the spans of a list from some index on.</summary>
internal static class SpanList
{
    /// <summary>Sorts, and makes one span of those that share a byte; those that only touch stay two.</summary>
    internal static void Merge(List<MatchSpan> spans, int first)
    {
        var added = CollectionsMarshal.AsSpan(spans)[first..];
        if (added.Length < 2)
        {
            return;
        }

        if (!Ascends(added))
        {
            added.Sort(static (left, right) => left.Start.CompareTo(right.Start));
        }

        var last = 0;
        foreach (var span in added[1..])
        {
            var end = added[last].Start + added[last].Length;
            if (span.Start < end)
            {
                added[last] = added[last] with { Length = Math.Max(end, span.Start + span.Length) - added[last].Start };
            }
            else
            {
                added[++last] = span;
            }
        }

        CollectionsMarshal.SetCount(spans, first + last + 1);
    }

    /// <summary>Turns offsets in the folded line into offsets in the line; the spans ascend and do not overlap.</summary>
    internal static void Unfold(List<MatchSpan> spans, int first, ReadOnlySpan<byte> line)
    {
        var (raw, folded) = (0, 0);
        foreach (ref var span in CollectionsMarshal.AsSpan(spans)[first..])
        {
            var end = span.Start + span.Length;
            var start = Advance(line, ref raw, ref folded, span.Start);
            span = new MatchSpan(start, Advance(line, ref raw, ref folded, end) - start);
        }
    }

    /// <summary>Of one word they do: then the sort, which is compiled when first called, is not needed.</summary>
    private static bool Ascends(ReadOnlySpan<MatchSpan> spans)
    {
        for (var next = 1; next < spans.Length; next++)
        {
            if (spans[next].Start < spans[next - 1].Start)
            {
                return false;
            }
        }

        return true;
    }

    private static int Advance(ReadOnlySpan<byte> line, ref int raw, ref int folded, int target)
    {
        while (folded < target)
        {
            var isValid = Rune.DecodeFromUtf8(line[raw..], out var rune, out var length) == System.Buffers.OperationStatus.Done;
            raw += length;
            folded += isValid ? SimpleLowercase.Of(rune).Utf8SequenceLength : length;
        }

        return raw;
    }
}
