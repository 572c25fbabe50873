using System.Text;

namespace Granary.Core.Queries;

/// <summary>Reads what stands between quotes or slashes.</summary>
internal static class QuotedTerms
{
    /// <summary>The text between quotes, from the opening one on, and where the query goes on behind the closing one.</summary>
    /// <exception cref="QueryException">It is not closed, or empty.</exception>
    internal static (string Text, int End) ReadText(string query, int open)
    {
        var text = new StringBuilder();
        var position = open + 1;
        while (position < query.Length && query[position] != '"')
        {
            position += query[position] == '\\' && position + 1 < query.Length && query[position + 1] is '"' or '\\' ? 1 : 0;
            text.Append(query[position++]);
        }

        if (position == query.Length)
        {
            throw new QueryException("a closing quote is expected for the one here", open + 1);
        }

        return text.Length > 0 ? (text.ToString(), position + 1) : throw new QueryException("nothing stands between the quotes", open + 1);
    }

    /// <summary>
    /// Where the regular expression ends that begins at <paramref name="start"/>: at the second slash, if the word ends there too;
    /// 0 where none does.
    /// </summary>
    internal static int RegexEnd(string query, int start)
    {
        if (start >= query.Length || query[start] != '/')
        {
            return 0;
        }

        var index = start + 1;
        while (index < query.Length && query[index] != '/')
        {
            index += query[index] == '\\' ? 2 : 1;
        }

        if (index >= query.Length || index == start + 1)
        {
            return 0;
        }

        var end = index + 1 < query.Length && query[index + 1] == 'i' ? index + 2 : index + 1;
        return end == query.Length || char.IsWhiteSpace(query[end]) || query[end] is ')' or '|' ? end : 0;
    }

    /// <summary>The regular expression that lies between the offsets; of its escapes only <c>\/</c> is resolved.</summary>
    internal static RegexNode ReadRegex(string query, int start, int end)
    {
        var slash = query[end - 1] == 'i' ? end - 2 : end - 1;
        var pattern = new StringBuilder();
        for (var index = start + 1; index < slash; index++)
        {
            if (query[index] == '\\')
            {
                pattern.Append(query[index + 1] == '/' ? "" : "\\").Append(query[++index]);
            }
            else
            {
                pattern.Append(query[index]);
            }
        }

        return new RegexNode(pattern.ToString(), IgnoreCase: slash == end - 2);
    }
}
