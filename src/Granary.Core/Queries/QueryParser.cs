namespace Granary.Core.Queries;

/// <summary>
/// Reads a query. Side by side (or <c>AND</c>) binds tighter than <c>OR</c> (or <c>|</c>); <c>-</c> or <c>NOT</c> before a term
/// negates it; parentheses group.
/// </summary>
/// <remarks>
/// A term is a word, a <c>"phrase"</c>, a word with <c>*</c>, <c>/regex/</c> (with <c>i</c> behind it: without case), or a field.
/// What people paste from logs is text wherever that is possible: only the names of <see cref="QueryFields"/> make a field, and
/// not before <c>::</c> or <c>://</c>; a name that is a slip of the pen away from one (<c>jbo:x</c>) is refused, because silently
/// searching for text would surprise. <c>/usr/bin</c> is text, as the second slash does not end the word; <c>--flag</c> and
/// <c>-&gt;</c> negate nothing.
/// </remarks>
public static class QueryParser
{
    /// <summary>Most characters of a query.</summary>
    public const int MaxLength = 8 * 1024;

    /// <summary>Deepest nesting of parentheses and negations.</summary>
    public const int MaxDepth = 64;

    /// <summary>Reads a query; <paramref name="now"/> is what <c>since:2d</c> counts back from.</summary>
    /// <exception cref="QueryException">The query is not well-formed.</exception>
    public static QueryNode Parse(string text, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > MaxLength)
        {
            throw new QueryException($"the query is longer than {MaxLength} characters", MaxLength + 1);
        }

        if (FirstLoneSurrogate(text) is var lone and >= 0)
        {
            throw new QueryException("half of a surrogate pair stands alone: not a character", lone + 1);
        }

        if (string.IsNullOrWhiteSpace(text))
        {
            throw new QueryException("the query is empty; use * for every line", 1);
        }

        return new QueryReader(text, now).ReadAll();
    }

    private static int FirstLoneSurrogate(string text)
    {
        for (var index = 0; index < text.Length; index++)
        {
            if (char.IsSurrogate(text[index]))
            {
                if (index + 1 == text.Length || !char.IsSurrogatePair(text[index], text[index + 1]))
                {
                    return index;
                }

                index++;
            }
        }

        return -1;
    }
}
