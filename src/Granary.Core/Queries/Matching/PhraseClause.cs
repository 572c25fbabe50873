using System.Text;
using Granary.Core.Text;

namespace Granary.Core.Queries.Matching;

/// <summary>Consecutive tokens. The longest is searched for; its neighbours are compared outwards from there.</summary>
internal sealed class PhraseClause : TextClause
{
    private readonly byte[][] tokens;
    private readonly int anchor;

    internal PhraseClause(PhraseNode node)
    {
        tokens = [.. node.Tokens.Select(Encoding.UTF8.GetBytes)];
        anchor = Array.IndexOf(tokens, tokens.MaxBy(token => token.Length));
    }

    internal override bool Find(ReadOnlySpan<byte> folded, int from, out int start, out int end)
    {
        var search = from;
        while (search < folded.Length && folded[search..].IndexOf(tokens[anchor]) is var found and >= 0)
        {
            var position = search + found;
            if (IsToken(folded, position, tokens[anchor]) && Before(folded, position, out start) && start >= from
                && After(folded, position + tokens[anchor].Length, out end))
            {
                return true;
            }

            search = position + 1;
        }

        start = end = 0;
        return false;
    }

    internal override IReadOnlyList<FoldedNeedle> Needles() =>
        [tokens.Select(token => new FoldedNeedle(token)).MaxBy(needle => needle.Rarity)!];

    private static bool IsToken(ReadOnlySpan<byte> folded, int start, byte[] token) =>
        !TokenClasses.IsTokenBefore(folded, start) && !TokenClasses.IsTokenAt(folded, start + token.Length);

    /// <summary>Compares the tokens before the anchor, last first.</summary>
    private bool Before(ReadOnlySpan<byte> folded, int anchorStart, out int start)
    {
        start = anchorStart;
        for (var index = anchor - 1; index >= 0; index--)
        {
            var end = SkipBack(folded, start);
            start = end - tokens[index].Length;
            if (start < 0 || !folded[start..end].SequenceEqual(tokens[index]) || TokenClasses.IsTokenBefore(folded, start))
            {
                return false;
            }
        }

        return true;
    }

    private bool After(ReadOnlySpan<byte> folded, int anchorEnd, out int end)
    {
        end = anchorEnd;
        for (var index = anchor + 1; index < tokens.Length; index++)
        {
            var start = Skip(folded, end);
            end = start + tokens[index].Length;
            if (!folded[start..].StartsWith(tokens[index]) || TokenClasses.IsTokenAt(folded, end))
            {
                return false;
            }
        }

        return true;
    }

    private static int Skip(ReadOnlySpan<byte> folded, int position)
    {
        while (position < folded.Length && !TokenClasses.IsTokenAt(folded, position))
        {
            Rune.DecodeFromUtf8(folded[position..], out _, out var length);
            position += length;
        }

        return position;
    }

    private static int SkipBack(ReadOnlySpan<byte> folded, int position)
    {
        while (position > 0 && !TokenClasses.IsTokenBefore(folded, position))
        {
            Rune.DecodeLastFromUtf8(folded[..position], out _, out var length);
            position -= length;
        }

        return position;
    }
}
