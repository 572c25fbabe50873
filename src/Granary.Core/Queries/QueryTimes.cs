using System.Globalization;

namespace Granary.Core.Queries;

/// <summary>
/// Times in queries: a span back from now (<c>30m</c>, <c>2d</c>), or a date or time as ISO 8601 writes it, UTC where it names no
/// offset, to the nanosecond.
/// </summary>
internal static class QueryTimes
{
    internal const string Expected = "a span back from now such as 90s, 30m, 12h, 2d or 1w, or a time such as 2026-11-01 or " +
        "2026-11-01T12:00:00Z (UTC where no offset is given)";

    private const long NanosecondsPerTick = 100;
    private const long NanosecondsPerSecond = 1_000_000_000;

    private static readonly string[] Forms =
    [
        "yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mmzzz", "yyyy-MM-dd'T'HH:mm:sszzz",
    ];

    /// <summary>Nanoseconds since 1970 UTC; null where the text is no time or lies outside of the years 1678 to 2261.</summary>
    internal static long? Parse(string text, DateTimeOffset now)
    {
        var nanoseconds = Back(text) is { } span
            ? ((Int128)(now - DateTimeOffset.UnixEpoch).Ticks * NanosecondsPerTick) - span
            : Absolute(text);
        return nanoseconds > long.MinValue && nanoseconds < long.MaxValue ? (long)nanoseconds : null;
    }

    internal static string Format(long nanoseconds)
    {
        var (seconds, fraction) = Math.DivRem(nanoseconds, NanosecondsPerSecond);
        (seconds, fraction) = fraction < 0 ? (seconds - 1, fraction + NanosecondsPerSecond) : (seconds, fraction);
        var time = DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
        var digits = fraction == 0 ? "" : "." + fraction.ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0');
        return time + digits + "Z";
    }

    private static Int128? Back(string text)
    {
        if (text.Length < 2 || Seconds(text[^1]) is not { } unit)
        {
            return null;
        }

        var digits = text.AsSpan(0, text.Length - 1);
        if (digits.ContainsAnyExceptInRange('0', '9'))
        {
            return null;
        }

        var count = long.TryParse(digits, CultureInfo.InvariantCulture, out var parsed) ? parsed : long.MaxValue;
        return (Int128)count * unit * NanosecondsPerSecond;
    }

    private static long? Seconds(char unit) => unit switch
    {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        'w' => 604_800,
        _ => null,
    };

    private static Int128? Absolute(string text)
    {
        if (text.Length > 10 && text[10] == ' ')
        {
            text = text[..10] + 'T' + text[11..];
        }

        if (!TakeFraction(ref text, out var fraction))
        {
            return null;
        }

        text = text.EndsWith('Z') && text.Length > 10 ? text[..^1] + "+00:00" : text;
        return DateTimeOffset.TryParseExact(text, Forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? ((Int128)(time - DateTimeOffset.UnixEpoch).Ticks * NanosecondsPerTick) + fraction
            : null;
    }

    /// <summary>
    /// Takes <c>.123456789</c> out of the text; false where it has no digits or more than nine, or does not stand behind seconds.
    /// </summary>
    private static bool TakeFraction(ref string text, out long fraction)
    {
        fraction = 0;
        var point = text.IndexOf('.', StringComparison.Ordinal);
        if (point < 0)
        {
            return true;
        }

        var digits = text.AsSpan(point + 1);
        var end = digits.IndexOfAnyExceptInRange('0', '9');
        digits = end < 0 ? digits : digits[..end];
        if (point != "2026-11-01T12:00:00".Length || digits.Length is 0 or > 9)
        {
            return false;
        }

        fraction = long.Parse(digits.ToString().PadRight(9, '0'), CultureInfo.InvariantCulture);
        text = text.Remove(point, digits.Length + 1);
        return true;
    }
}
