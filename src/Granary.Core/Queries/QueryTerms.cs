using System.Text;
using Granary.Core.Text;

namespace Granary.Core.Queries;

/// <summary>Makes nodes of what the parser has read.</summary>
internal static class QueryTerms
{
    /// <summary>A bare word: its tokens, or a wildcard where it has a star, or the raw text where it has no token.</summary>
    internal static QueryNode OfWord(QueryWord word)
    {
        if (!word.HasStar)
        {
            return OfText(word.Text);
        }

        var pieces = word.BetweenStars();
        var literals = pieces.Where(piece => piece.Length > 0).Select(Folding.Fold).ToArray();
        return literals.Length == 0 ? new AllNode() : new WildcardNode(literals, pieces[0].Length == 0, pieces[^1].Length == 0);
    }

    /// <summary>Quoted or plain text: the phrase of its tokens, or where it has none, the raw text anywhere in the line.</summary>
    internal static QueryNode OfText(string text)
    {
        var folded = Folding.FoldToUtf8(text);
        var tokens = new List<string>();
        foreach (var token in new TokenEnumerator(folded))
        {
            tokens.Add(Encoding.UTF8.GetString(token));
        }

        return tokens.Count > 0
            ? new PhraseNode(tokens)
            : new WildcardNode([Encoding.UTF8.GetString(folded)], OpenStart: true, OpenEnd: true);
    }

    /// <summary>
    /// All of them. What is nested is laid flat, and the ranges of time, and of severity, become one each, so that equal queries
    /// have equal trees.
    /// </summary>
    internal static QueryNode And(IEnumerable<QueryNode> operands)
    {
        var flat = new List<QueryNode>();
        foreach (var operand in operands.SelectMany(operand => operand is AndNode and ? and.Operands : [operand]))
        {
            var same = flat.FindIndex(other => other.GetType() == operand.GetType());
            if (same >= 0 && Intersection(flat[same], operand) is { } narrower)
            {
                flat[same] = narrower;
            }
            else
            {
                flat.Add(operand);
            }
        }

        return flat.Count == 1 ? flat[0] : new AndNode(flat);
    }

    /// <summary>At least one of them; what is nested is laid flat.</summary>
    internal static QueryNode Or(IEnumerable<QueryNode> operands)
    {
        var flat = operands.SelectMany(operand => operand is OrNode or ? or.Operands : [operand]).ToArray();
        return flat.Length == 1 ? flat[0] : new OrNode(flat);
    }

    private static QueryNode? Intersection(QueryNode left, QueryNode right) => (left, right) switch
    {
        (TimeNode a, TimeNode b) => new TimeNode(Math.Max(a.From, b.From), Math.Min(a.Until, b.Until)),
        (SeverityNode a, SeverityNode b) => new SeverityNode(a.From > b.From ? a.From : b.From, a.To < b.To ? a.To : b.To),
        _ => null,
    };
}
