using System.Text;

namespace Granary.Core.Queries;

/// <summary>
/// A word of a query, its escapes resolved: a backslash takes the special character after it literally, and stands for itself
/// before any other, so that <c>C:\Users</c> needs no care.
/// </summary>
/// <param name="Text">The characters.</param>
/// <param name="Literal">For each character whether it was escaped.</param>
/// <param name="Start">Offset of the word in the query.</param>
/// <param name="Length">Characters of the query that it takes.</param>
internal sealed record QueryWord(string Text, IReadOnlyList<bool> Literal, int Start, int Length)
{
    private const string Escapable = "*\\\"()|/-:<>=";

    internal int End => Start + Length;

    /// <summary>Reads up to white space, a quote, a parenthesis or <c>|</c>.</summary>
    internal static QueryWord Read(string query, int start)
    {
        var text = new StringBuilder();
        var literal = new List<bool>();
        var position = start;
        while (position < query.Length && !EndsWord(query[position]))
        {
            var escaped = query[position] == '\\' && position + 1 < query.Length && IsEscapable(query[position + 1]);
            position += escaped ? 1 : 0;
            text.Append(query[position++]);
            literal.Add(escaped);
        }

        return new QueryWord(text.ToString(), literal, start, position - start);
    }

    internal static bool EndsWord(char character) => char.IsWhiteSpace(character) || character is '"' or '(' or ')' or '|';

    internal static bool IsEscapable(char character) =>
        char.IsWhiteSpace(character) || Escapable.Contains(character, StringComparison.Ordinal);

    /// <summary>True if the word is this one, written without escapes.</summary>
    internal bool Is(string keyword) => Length == Text.Length && Text == keyword;

    /// <summary>The first unescaped character that is one of these; -1 where there is none.</summary>
    internal int IndexOfAny(string characters)
    {
        for (var index = 0; index < Text.Length; index++)
        {
            if (!Literal[index] && characters.Contains(Text[index], StringComparison.Ordinal))
            {
                return index;
            }
        }

        return -1;
    }

    internal bool HasStar => IndexOfAny("*") >= 0;

    /// <summary>What lies between the stars: one more piece than there are stars.</summary>
    internal IReadOnlyList<string> BetweenStars()
    {
        var pieces = new List<string>();
        var start = 0;
        for (var index = 0; index <= Text.Length; index++)
        {
            if (index == Text.Length || (Text[index] == '*' && !Literal[index]))
            {
                pieces.Add(Text[start..index]);
                start = index + 1;
            }
        }

        return pieces;
    }

    /// <summary>The characters from <paramref name="index"/> on as a field's pattern.</summary>
    internal string Pattern(int index) => string.Concat(Enumerable.Range(index, Text.Length - index)
        .Select(at => Text[at] == '*' && !Literal[at] ? "*" : FieldPattern.Escape(Text[at].ToString())));
}
