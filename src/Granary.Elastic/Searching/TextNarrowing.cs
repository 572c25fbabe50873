using System.Text;
using Granary.Core.Queries;
using Granary.Core.Text;
using Granary.Elastic.Templates;
using Granary.Elastic.Writing;

namespace Granary.Elastic.Searching;

/// <summary>Text terms as queries on tokens.</summary>
internal static class TextNarrowing
{
    /// <summary>Longer phrases are narrowed by their first tokens.</summary>
    private const int MostTokens = 64;

    /// <summary>Longer literals are narrowed by their first characters: patterns become automata.</summary>
    private const int LongestLiteral = 200;

    /// <summary>For documents that are whole lines, all tokens indexed whole.</summary>
    internal static Narrowed Phrase(PhraseNode phrase)
    {
        if (phrase.Tokens.Any(token => token.Length > TemplateBodies.LongestToken))
        {
            return Narrowed.None;
        }

        var tokens = phrase.Tokens.Take(MostTokens).ToArray();
        return tokens.Length == 1
            ? new Narrowed(Dsl.Term(FieldNames.Message, tokens[0]), phrase.Tokens.Count == 1)
            : new Narrowed(Dsl.Phrase(FieldNames.Message, string.Join(' ', tokens)), phrase.Tokens.Count <= MostTokens);
    }

    /// <summary>As <see cref="Phrase"/>: a star over tokens is exact, everything else only narrows.</summary>
    internal static Narrowed Wildcard(WildcardNode wildcard)
    {
        var narrowed = new List<Narrowed>();
        for (var index = 0; index < wildcard.Literals.Count; index++)
        {
            var openStart = index > 0 || wildcard.OpenStart;
            var openEnd = index < wildcard.Literals.Count - 1 || wildcard.OpenEnd;
            narrowed.AddRange(Pieces(wildcard.Literals[index], openStart, openEnd).Select(OfPiece));
        }

        var exact = wildcard.Literals.Count == 1 && narrowed.Count == 1 && IsToken(wildcard.Literals[0]);
        var all = Narrowed.And(narrowed);
        return all with { Exact = exact && all.Exact };
    }

    /// <summary>For a part of a long line in which a match of the phrase begins.</summary>
    internal static Narrowed PhraseBegin(PhraseNode phrase)
    {
        var token = phrase.Tokens[0];
        if (token.Length > TemplateBodies.LongestToken || Encoding.UTF8.GetByteCount(token) > LongMarks.LongestTail)
        {
            return Narrowed.Unknown;
        }

        return new Narrowed(Dsl.Any(Dsl.Term(FieldNames.Message, token), Dsl.Terms(FieldNames.Tail, Prefixes(token))), false);
    }

    /// <summary>For a part of a long line in which a match of the wildcard begins.</summary>
    internal static Narrowed WildcardBegin(WildcardNode wildcard)
    {
        var literal = wildcard.Literals[0];
        var pieces = Pieces(literal, wildcard.OpenStart, wildcard.Literals.Count > 1 || wildcard.OpenEnd);
        var startsWithToken = pieces.Count > 0 && TokenClasses.IsTokenAt(Encoding.UTF8.GetBytes(literal), 0);

        // Tokens too long for the index are cut there: what is open to the left may lie in what was cut off.
        if (!startsWithToken || pieces[0].OpenStart || Encoding.UTF8.GetByteCount(pieces[0].Text) > LongMarks.LongestTail)
        {
            return Narrowed.Unknown;
        }

        return new Narrowed(Dsl.Any(OfPiece(pieces[0]).QueryOrAll, Dsl.Terms(FieldNames.Tail, Prefixes(pieces[0].Text))), false);
    }

    private static Narrowed OfPiece(TokenPiece piece)
    {
        var text = piece.Text;
        if (text.Length > LongestLiteral)
        {
            var cut = char.IsHighSurrogate(text[LongestLiteral - 1]) ? LongestLiteral - 1 : LongestLiteral;
            return OfPiece(new TokenPiece(text[..cut], piece.OpenStart, true)) with { Exact = false };
        }

        return new Narrowed((piece.OpenStart, piece.OpenEnd) switch
        {
            (false, false) => Dsl.Term(FieldNames.Message, text),
            (false, true) => Dsl.Prefix(FieldNames.Message, text),
            (true, false) => Dsl.Wildcard(FieldNames.Message, "*" + text),
            (true, true) => Dsl.Wildcard(FieldNames.Message, $"*{text}*"),
        }, true);
    }

    /// <summary>The literal's tokens; those at its ends may go on in the line.</summary>
    private static List<TokenPiece> Pieces(string literal, bool openStart, bool openEnd)
    {
        var utf8 = Encoding.UTF8.GetBytes(literal);
        var pieces = new List<TokenPiece>();
        var tokens = new TokenEnumerator(utf8);
        while (tokens.MoveNext())
        {
            pieces.Add(new TokenPiece(Encoding.UTF8.GetString(tokens.Current),
                tokens.Start == 0 && openStart, tokens.Start + tokens.Length == utf8.Length && openEnd));
        }

        return pieces;
    }

    private static bool IsToken(string literal) => literal.EnumerateRunes().All(TokenClasses.IsToken);

    /// <summary>What a part can end with where the token goes on in the next part.</summary>
    private static IEnumerable<string> Prefixes(string token) =>
        Enumerable.Range(1, token.Length - 1).Where(length => !char.IsHighSurrogate(token[length - 1])).Select(length => token[..length]);

    private sealed record TokenPiece(string Text, bool OpenStart, bool OpenEnd);
}
