using System.Text;
using Granary.Blocks.Format;
using Granary.Core.Queries;
using Granary.Core.Text;

namespace Granary.Blocks.Reading;

/// <summary>Makes of a query the condition on blocks that it implies.</summary>
internal static class QueryConditions
{
    // Each costs two reads a segment; the first few leave almost nothing for more to exclude.
    private const int MaxTrigrams = 12;

    /// <summary>The blocks that must be read: those that can hold an answer, and those with a line that begins elsewhere.</summary>
    public static BlockCondition Of(QueryNode query)
    {
        var condition = Translate(query);
        var continued = new EntryCondition(block => (block.Flags & BlockEntry.ContinuesLine) != 0);
        return condition.IsAll ? condition : CombinedCondition.Or([condition, continued]);
    }

    private static BlockCondition Translate(QueryNode node) => node switch
    {
        AndNode and => CombinedCondition.And(and.Operands.Select(Translate)),
        OrNode or => CombinedCondition.Or(or.Operands.Select(Translate)),
        PhraseNode phrase => CombinedCondition.And(OfTokens([.. phrase.Tokens.Select(Encoding.UTF8.GetBytes)])),
        WildcardNode wildcard => CombinedCondition.And(wildcard.Literals.SelectMany((_, index) => OfLiteral(wildcard, index))),
        SeverityNode severity => OfSeverity(severity),
        TimeNode time => new EntryCondition(block =>
            (block.Flags & BlockEntry.Untimed) != 0 || (block.FirstTime < time.Until && block.LastTime >= time.From)),
        _ => AllBlocks.Instance,
    };

    private static EntryCondition OfSeverity(SeverityNode severity)
    {
        var mask = 0;
        for (var value = (int)severity.From; value <= (int)severity.To; value++)
        {
            mask |= 1 << value;
        }

        return new EntryCondition(block => (block.Severities & mask) != 0);
    }

    private static IEnumerable<BlockCondition> OfTokens(IReadOnlyList<byte[]> tokens)
    {
        var (before, beforePlain) = (0UL, false);
        foreach (var token in tokens)
        {
            var (hash, plain) = (TermHash.Of(token), TermHash.IsPlain(token));
            yield return new TermCondition(1, segment => segment.Tokens, TermHash.Token(hash));
            if (TermHash.IsPaired(beforePlain, plain))
            {
                yield return new TermCondition(2, segment => segment.Pairs, TermHash.Pair(before, hash));
            }

            (before, beforePlain) = (hash, plain);
        }
    }

    private static IEnumerable<BlockCondition> OfLiteral(WildcardNode wildcard, int index)
    {
        var literal = Encoding.UTF8.GetBytes(wildcard.Literals[index]);
        var startsToken = index == 0 && !wildcard.OpenStart;
        var endsToken = index == wildcard.Literals.Count - 1 && !wildcard.OpenEnd;
        return OfTokens(WholeTokens(literal, startsToken, endsToken)).Concat(OfTrigrams(literal));
    }

    /// <summary>Tokens that lie in the literal from end to end; those at its ends only where the pattern says so.</summary>
    private static List<byte[]> WholeTokens(byte[] literal, bool startsToken, bool endsToken)
    {
        var tokens = new List<byte[]>();
        var walk = new TokenEnumerator(literal);
        while (walk.MoveNext())
        {
            var whole = (walk.Start > 0 || startsToken) && (walk.Start + walk.Length < literal.Length || endsToken);
            if (whole)
            {
                tokens.Add(walk.Current.ToArray());
            }
        }

        return tokens;
    }

    private static IEnumerable<BlockCondition> OfTrigrams(byte[] literal)
    {
        var trigrams = new HashSet<uint>();
        for (var start = 0; start + 3 <= literal.Length; start++)
        {
            trigrams.Add(((uint)literal[start] << 16) | ((uint)literal[start + 1] << 8) | literal[start + 2]);
        }

        // Spread over the literal: neighbours share two bytes and tell less.
        var step = Math.Max(1, trigrams.Count / MaxTrigrams);
        return trigrams.Where((_, index) => index % step == 0)
            .Select(trigram => new TermCondition(3, segment => segment.Trigrams, SegmentFormat.SpreadTrigram(trigram)));
    }
}
