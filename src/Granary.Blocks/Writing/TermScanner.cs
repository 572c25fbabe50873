using Granary.Blocks.Format;
using Granary.Core.Text;

namespace Granary.Blocks.Writing;

/// <summary>
/// Finds the terms of a block: tokens, pairs of neighbours and trigrams of its folded lines. The parts of a long line are put
/// together first, so that a term that lies across them is found. Keeps its tables from block to block.
/// </summary>
internal sealed class TermScanner
{
    private readonly HashSet32 tokens = new();
    private readonly HashSet32 pairs = new();
    private readonly TrigramSet trigrams = new();
    private byte[] folded = new byte[Folding.MaxLength(SegmentFormat.MaxBlockBytes)];
    private byte[] joined = [];

    /// <param name="text">The block's lines.</param>
    /// <param name="joints">Offsets of the line ends that part a long line, ascending; they count as not there.</param>
    public BlockTerms Scan(ReadOnlySpan<byte> text, IReadOnlyList<int> joints)
    {
        tokens.Clear();
        pairs.Clear();
        trigrams.Clear();
        var lines = joints.Count == 0 ? text : Join(text, joints);
        if (folded.Length < Folding.MaxLength(lines.Length))
        {
            folded = new byte[Folding.MaxLength(lines.Length)];
        }

        var whole = folded.AsSpan(0, Folding.Fold(lines, folded));
        trigrams.AddLines(whole);
        ScanTokens(whole);
        return new BlockTerms(tokens.Keys.ToArray(), pairs.Keys.ToArray(), trigrams.Found.ToArray());
    }

    private ReadOnlySpan<byte> Join(ReadOnlySpan<byte> text, IReadOnlyList<int> joints)
    {
        if (joined.Length < text.Length)
        {
            joined = new byte[SegmentFormat.MaxBlockBytes];
        }

        var (from, length) = (0, 0);
        foreach (var joint in joints)
        {
            text[from..joint].CopyTo(joined.AsSpan(length));
            length += joint - from;
            from = joint + 1;
        }

        text[from..].CopyTo(joined.AsSpan(length));
        return joined.AsSpan(0, length + text.Length - from);
    }

    private void ScanTokens(ReadOnlySpan<byte> lines)
    {
        var (lineEnd, before, beforePlain) = (-1, 0UL, false);
        var walk = new TokenEnumerator(lines);
        while (walk.MoveNext())
        {
            if (walk.Start > lineEnd)
            {
                var next = lines[walk.Start..].IndexOf((byte)'\n');
                lineEnd = next < 0 ? lines.Length : walk.Start + next;
                beforePlain = false;
            }

            var hash = TermHash.Of(lines, walk.Start, walk.Length, out var plain);
            tokens.Add(TermHash.Token(hash));
            if (TermHash.IsPaired(beforePlain, plain))
            {
                pairs.Add(TermHash.Pair(before, hash));
            }

            (before, beforePlain) = (hash, plain);
        }
    }
}
