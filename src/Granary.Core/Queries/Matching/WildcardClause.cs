using System.Text;
using Granary.Core.Text;

namespace Granary.Core.Queries.Matching;

/// <summary>
/// Literals in order. The leftmost place of each is enough: taking a later one leaves less room for the rest, and only the
/// first and the last have a condition on where they stand.
/// </summary>
internal sealed class WildcardClause : TextClause
{
    private readonly byte[][] literals;
    private readonly bool openStart;
    private readonly bool openEnd;

    internal WildcardClause(WildcardNode node)
    {
        literals = [.. node.Literals.Select(Encoding.UTF8.GetBytes)];
        (openStart, openEnd) = (node.OpenStart, node.OpenEnd);
    }

    internal override bool Find(ReadOnlySpan<byte> folded, int from, out int start, out int end)
    {
        end = 0;
        if (!FindLiteral(folded, from, 0, out start))
        {
            return false;
        }

        end = start + literals[0].Length;
        for (var index = 1; index < literals.Length; index++)
        {
            if (!FindLiteral(folded, end, index, out var next))
            {
                return false;
            }

            end = next + literals[index].Length;
        }

        return true;
    }

    internal override IReadOnlyList<FoldedNeedle> Needles() =>
        [literals.Select(literal => new FoldedNeedle(literal)).MaxBy(needle => needle.Rarity)!];

    private bool FindLiteral(ReadOnlySpan<byte> folded, int from, int index, out int start)
    {
        var literal = literals[index];
        var startsAtBoundary = index == 0 && !openStart;
        var endsAtBoundary = index == literals.Length - 1 && !openEnd;
        while (from <= folded.Length && folded[from..].IndexOf(literal) is var found and >= 0)
        {
            start = from + found;
            if ((!startsAtBoundary || IsBoundary(folded, start)) && (!endsAtBoundary || IsBoundary(folded, start + literal.Length)))
            {
                return true;
            }

            from = start + 1;
        }

        start = 0;
        return false;
    }

    /// <summary>True unless token characters stand on both sides.</summary>
    private static bool IsBoundary(ReadOnlySpan<byte> folded, int position) =>
        !(TokenClasses.IsTokenBefore(folded, position) && TokenClasses.IsTokenAt(folded, position));
}
