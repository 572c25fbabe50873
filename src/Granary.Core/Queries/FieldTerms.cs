using Granary.Core.Model;

namespace Granary.Core.Queries;

/// <summary>Makes nodes of <c>field:value</c> and of comparisons of severity.</summary>
internal static class FieldTerms
{
    /// <summary>The field's name before the word's first <c>:</c>; null where the word is text.</summary>
    /// <exception cref="QueryException">The name is nearly a field's.</exception>
    internal static string? NameOf(QueryWord word)
    {
        var colon = word.IndexOfAny(":");
        if (colon <= 0 || (word.Text.AsSpan(colon + 1) is [':', ..] or ['/', '/', ..] && !word.Literal[colon + 1]))
        {
            return null;
        }

        var name = word.Text[..colon];
        if (QueryFields.IsField(name) || name is QueryFields.Severity or QueryFields.Since or QueryFields.Until)
        {
            return name;
        }

        var isLabel = name is "label" or QueryFields.LabelPrefix;
        if (isLabel)
        {
            throw new QueryException("the name of a label is expected: label.NAME:value", word.Start + 1);
        }

        return colon + 1 < word.Text.Length && QueryFields.Nearest(name) is { } nearest
            ? throw new QueryException($"unknown field \"{name}\"; did you mean {nearest}? The fields are {QueryFields.Listed}. " +
                $"Quote \"{word.Text}\" to search for the text", word.Start + 1)
            : null;
    }

    /// <summary>A bare value, from <paramref name="index"/> of the word on.</summary>
    internal static QueryNode OfWord(string field, QueryWord word, int index) => field switch
    {
        QueryFields.Severity => OfSeverity(word.Text[index..], "=", word.Start + index),
        QueryFields.Attempt => OfAttempt(word.Text[index..], word.Pattern(index), word.Start + index),
        _ => new FieldNode(field, word.Pattern(index)),
    };

    /// <summary>A quoted value: a star in it is a star.</summary>
    internal static QueryNode OfQuoted(string field, string text, int start) => field switch
    {
        QueryFields.Severity => OfSeverity(text, "=", start),
        QueryFields.Attempt => OfAttempt(text, FieldPattern.Escape(text), start),
        _ => new FieldNode(field, FieldPattern.Escape(text)),
    };

    /// <summary><c>since:</c> or <c>until:</c>.</summary>
    internal static QueryNode OfTime(string name, string value, DateTimeOffset now, int start)
    {
        var time = QueryTimes.Parse(value, now)
            ?? throw new QueryException($"{name}: wants {QueryTimes.Expected}, within the years 1678 to 2261", start + 1);
        return name == QueryFields.Since ? new TimeNode(time, long.MaxValue) : new TimeNode(long.MinValue, time);
    }

    /// <summary><c>severity&gt;=error</c> and its like; null where the word is something else.</summary>
    internal static QueryNode? OfComparison(QueryWord word)
    {
        var at = QueryFields.Severity.Length;
        if (word.IndexOfAny("<>=") != at || !word.Text.StartsWith(QueryFields.Severity, StringComparison.Ordinal))
        {
            return null;
        }

        var hasEqual = word.Text[at] != '=' && word.Text.Length > at + 1 && word.Text[at + 1] == '=';
        var comparison = word.Text.Substring(at, hasEqual ? 2 : 1);
        at += comparison.Length;
        return OfSeverity(word.Text[at..], comparison, word.Start + at);
    }

    private static FieldNode OfAttempt(string text, string pattern, int start) => text.All(letter => char.IsAsciiDigit(letter) || letter == '*')
        ? new FieldNode(QueryFields.Attempt, pattern)
        : throw new QueryException($"{QueryFields.Attempt}: wants a number, counted from 1", start + 1);

    private static SeverityNode OfSeverity(string name, string comparison, int start)
    {
        var severity = SeverityNames.Parse(name)
            ?? throw new QueryException($"a severity is expected: {SeverityNames.Listed}", start + 1);
        return (comparison, severity) switch
        {
            ("=", _) => new SeverityNode(severity, severity),
            (">=", _) => new SeverityNode(severity, Severity.Critical),
            ("<=", _) => new SeverityNode(Severity.None, severity),
            (">", < Severity.Critical) => new SeverityNode(severity + 1, Severity.Critical),
            ("<", > Severity.None) => new SeverityNode(Severity.None, severity - 1),
            _ => throw new QueryException($"no severity is {(comparison == "<" ? "below none" : "above critical")}", start + 1),
        };
    }
}
