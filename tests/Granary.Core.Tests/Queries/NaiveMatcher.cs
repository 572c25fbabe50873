using System.Globalization;
using System.Text;
using Granary.Core.Model;
using Granary.Core.Queries;

namespace Granary.Core.Tests.Queries;

/// <summary>The meaning of queries said a second time, as plainly as possible: lists of runes, lists of tokens, recursion.</summary>
internal static class NaiveMatcher
{
    internal static bool Matches(QueryNode node, string line, long? time, Severity severity) => node switch
    {
        AllNode => true,
        AndNode and => and.Operands.All(operand => Matches(operand, line, time, severity)),
        OrNode or => or.Operands.Any(operand => Matches(operand, line, time, severity)),
        NotNode not => !Matches(not.Operand, line, time, severity),
        TimeNode range => time is { } at && at >= range.From && at < range.Until,
        SeverityNode range => severity >= range.From && severity <= range.To,
        PhraseNode phrase => HoldsPhrase(Tokens(line), [.. phrase.Tokens]),
        WildcardNode wildcard => HoldsWildcard(wildcard, Fold(line)),
        _ => throw new ArgumentException(node.ToString()),
    };

    internal static List<string> Tokens(string line)
    {
        var tokens = new List<string>();
        var token = new StringBuilder();
        foreach (var rune in Fold(line).Append(new Rune(' ')))
        {
            if (IsToken(rune))
            {
                token.Append(rune);
            }
            else if (token.Length > 0)
            {
                tokens.Add(token.ToString());
                token.Clear();
            }
        }

        return tokens;
    }

    internal static List<Rune> Fold(string line) =>
        [.. line.EnumerateRunes().Select(rune => rune.Value == 0x130 ? new Rune('i') : Rune.ToLowerInvariant(rune))];

    private static bool HoldsPhrase(List<string> tokens, List<string> phrase) =>
        Enumerable.Range(0, Math.Max(0, tokens.Count - phrase.Count + 1)).Any(start => tokens.Skip(start).Take(phrase.Count).SequenceEqual(phrase));

    private static bool HoldsWildcard(WildcardNode node, List<Rune> line)
    {
        var literals = node.Literals.Select(literal => literal.EnumerateRunes().ToList()).ToList();
        return Enumerable.Range(0, line.Count + 1).Any(start => (node.OpenStart || IsBoundary(line, start)) && Holds(node, literals, line, start, 0));
    }

    /// <summary>The literal of this index stands here, and those after it somewhere behind.</summary>
    private static bool Holds(WildcardNode node, List<List<Rune>> literals, List<Rune> line, int at, int index)
    {
        var end = at + literals[index].Count;
        if (!line.Skip(at).Take(literals[index].Count).SequenceEqual(literals[index]))
        {
            return false;
        }

        return index == literals.Count - 1
            ? node.OpenEnd || IsBoundary(line, end)
            : Enumerable.Range(end, line.Count - end + 1).Any(next => Holds(node, literals, line, next, index + 1));
    }

    private static bool IsBoundary(List<Rune> line, int at) =>
        at == 0 || at == line.Count || !IsToken(line[at - 1]) || !IsToken(line[at]);

    private static bool IsToken(Rune rune) => rune.Value == '_' || CharUnicodeInfo.GetUnicodeCategory(rune.Value)
        is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
        or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter or UnicodeCategory.NonSpacingMark
        or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark or UnicodeCategory.DecimalDigitNumber;
}
