using System.Globalization;

namespace Granary.Composition;

/// <summary>Lines of a log, from 1, both ends included.</summary>
internal readonly record struct LineRange(long From, long To)
{
    public static readonly LineRange All = new(1, long.MaxValue);

    /// <summary>Reads <c>10-20</c>, <c>10-</c>, <c>-20</c>, <c>15</c>; null is every line.</summary>
    /// <exception cref="UserException">Not such a range.</exception>
    public static LineRange Parse(string? text)
    {
        if (text is null)
        {
            return All;
        }

        var dash = text.IndexOf('-', StringComparison.Ordinal);
        var range = dash < 0
            ? new LineRange(Line(text, text), Line(text, text))
            : new(dash == 0 ? 1 : Line(text[..dash], text), dash == text.Length - 1 ? long.MaxValue : Line(text[(dash + 1)..], text));
        return text.Length > 1 || dash < 0
            ? range.From <= range.To ? range : throw new UserException($"--lines: {text} ends before it begins")
            : throw Wrong(text);
    }

    private static long Line(string end, string text) =>
        long.TryParse(end, NumberStyles.None, CultureInfo.InvariantCulture, out var line) && line > 0 ? line : throw Wrong(text);

    private static UserException Wrong(string text) => new($"--lines: '{text}' is not a range such as 10-20, 10-, -20 or 15");
}
