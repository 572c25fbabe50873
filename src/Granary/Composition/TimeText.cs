using System.Globalization;

namespace Granary.Composition;

/// <summary>Reads spans and instants as users write them.</summary>
internal static class TimeText
{
    /// <summary><c>30s</c>, <c>5m</c>, <c>2h</c>, <c>7d</c>, <c>1w</c>.</summary>
    /// <exception cref="UserException">Not such a span.</exception>
    public static TimeSpan Span(string name, string text) =>
        TrySpan(text) ?? throw new UserException($"{name}: '{text}' is not a span such as 30s, 5m, 2h, 7d or 1w");

    /// <summary>A span before now, a date, or an instant (UTC unless it says otherwise).</summary>
    /// <exception cref="UserException">Neither.</exception>
    public static DateTimeOffset Instant(string name, string text, DateTimeOffset now)
    {
        if (TrySpan(text) is { } span)
        {
            return now - span;
        }

        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, Utc, out var instant)
            ? instant
            : throw new UserException($"{name}: '{text}' is neither a span such as 7d nor a date such as 2026-01-31");
    }

    private static TimeSpan? TrySpan(string text)
    {
        if (text.Length < 2 || !double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value))
        {
            return null;
        }

        TimeSpan? unit = text[^1] switch
        {
            's' => TimeSpan.FromSeconds(1),
            'm' => TimeSpan.FromMinutes(1),
            'h' => TimeSpan.FromHours(1),
            'd' => TimeSpan.FromDays(1),
            'w' => TimeSpan.FromDays(7),
            _ => null,
        };
        return unit is { } one && value <= 100_000 ? one * value : null;
    }
}
