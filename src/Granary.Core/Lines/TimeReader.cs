using Granary.Core.Chunks;

namespace Granary.Core.Lines;

/// <summary>
/// Reads the timestamp at a line's start. The answer follows from the line and the reference alone, so that an index can find
/// the times of its lines again. Recognised, after an optional <c>[</c> and one word of letters (<c>[task 2025-…]</c>):
/// <list type="bullet">
/// <item>ISO 8601 / RFC 3339: <c>2024-01-02T03:04:05</c>, also with a blank for T or <c>/</c> for <c>-</c>; a fraction after
/// <c>.</c> or <c>,</c> of which nine digits count; the zone Z, ±hh:mm, ±hhmm, ±hh, or a blank and ±hhmm; none is UTC. Zuul,
/// GitHub, GitLab, Jenkins, Taskcluster and most loggers write it so.</item>
/// <item>syslog (RFC 3164, 4.1.2): <c>Nov  3 12:34:56</c>, the year from the reference.</item>
/// <item>Seconds (10 digits) or milliseconds (13) since 1970, with a fraction, before a blank or in brackets.</item>
/// </list>
/// A time of day alone is no timestamp. Years are 1970 to 2199.
/// </summary>
public sealed class TimeReader
{
    private const long Second = 1_000_000_000;
    private const int LongestWord = 16;

    private readonly DateTimeOffset? reference;

    /// <param name="reference">See <see cref="LineRules.Reference"/>.</param>
    public TimeReader(DateTimeOffset? reference = null) => this.reference = reference;

    /// <returns>The line's time in nanoseconds since 1970 UTC, else <paramref name="carried"/>.</returns>
    public long Read(ReadOnlySpan<byte> line, long carried)
    {
        if (line.Length < 11)
        {
            return carried;
        }

        var first = line[0];
        if (first == '[')
        {
            line = line[1..];
            var word = WordLength(line);
            if (word > 0 && word < line.Length && line[word] == ' ')
            {
                line = line[(word + 1)..];
            }
        }
        else if ((uint)(first - '0') > 9)
        {
            return (uint)(first - 'A') <= 'S' - 'A' && Syslog(line) is var time and not Chunk.NoTime ? time : carried;
        }

        var read = line.Length < 11 ? Chunk.NoTime
            : (uint)(line[0] - '0') > 9 ? Syslog(line)
            : line[4] is (byte)'-' or (byte)'/' ? Iso(line)
            : Epoch(line, first == '[');
        return read == Chunk.NoTime ? carried : read;
    }

    private static int WordLength(ReadOnlySpan<byte> line)
    {
        var length = 0;
        while (length < line.Length && length < LongestWord && (uint)((line[length] | 0x20) - 'a') <= 'z' - 'a')
        {
            length++;
        }

        // A month is not a word before the date.
        return length > 3 ? length : 0;
    }

    private static long Iso(ReadOnlySpan<byte> line)
    {
        if (line.Length < 19 || line[7] != line[4] || line[10] is not ((byte)'T' or (byte)' ') || line[13] != ':' || line[16] != ':')
        {
            return Chunk.NoTime;
        }

        uint bad = 0;
        var year = (Two(line, 0, ref bad) * 100) + Two(line, 2, ref bad);
        var month = Two(line, 5, ref bad);
        var day = Two(line, 8, ref bad);
        var seconds = TimeOfDay(line[11..], ref bad);
        if (bad > 9 || year is < 1970 or > 2199 || seconds < 0 || !IsDate(year, month, day))
        {
            return Chunk.NoTime;
        }

        var at = 19;
        var fraction = Fraction(line, ref at);
        return Zone(line, ref at, out var offset) && EndsAt(line, at)
            ? ((((Days(year, month, day) * 86_400) + seconds) - offset) * Second) + fraction
            : Chunk.NoTime;
    }

    private static long Epoch(ReadOnlySpan<byte> line, bool bracketed)
    {
        long whole = 0;
        var at = 0;
        while (at < line.Length && at < 14 && (uint)(line[at] - '0') <= 9)
        {
            whole = (whole * 10) + (line[at++] - '0');
        }

        if (at is not (10 or 13) || line[0] is (byte)'0' or > (byte)'6')
        {
            return Chunk.NoTime;
        }

        var unit = at == 10 ? Second : 1_000_000;
        var fraction = Fraction(line, ref at) / (Second / unit);
        var ended = at == line.Length ? !bracketed : line[at] == (bracketed ? ']' : ' ');
        return ended ? (whole * unit) + fraction : Chunk.NoTime;
    }

    private long Syslog(ReadOnlySpan<byte> line)
    {
        if (reference is not { } now || line.Length < 15 || line[3] != ' ' || line[6] != ' ' || line[9] != ':' || line[12] != ':')
        {
            return Chunk.NoTime;
        }

        var month = Month(line);
        uint bad = 0;
        var day = line[4] == ' ' ? Two([(byte)'0', line[5]], 0, ref bad) : Two(line, 4, ref bad);
        var seconds = TimeOfDay(line[7..], ref bad);
        if (month == 0 || bad > 9 || seconds < 0 || !EndsAt(line, 15))
        {
            return Chunk.NoTime;
        }

        var latest = now.ToUnixTimeSeconds() + 86_400;
        for (var year = now.UtcDateTime.Year + 1; year >= 1970 && year > now.UtcDateTime.Year - 9; year--)
        {
            // The 29th of February finds its leap year.
            if (IsDate(year, month, day) && (Days(year, month, day) * 86_400) + seconds is var at && at <= latest)
            {
                return at * Second;
            }
        }

        return Chunk.NoTime;
    }

    private static int Month(ReadOnlySpan<byte> line)
    {
        var at = "JanFebMarAprMayJunJulAugSepOctNovDec"u8.IndexOf(line[..3]);
        return at >= 0 && at % 3 == 0 ? (at / 3) + 1 : 0;
    }

    /// <summary>Seconds of <c>hh:mm:ss</c>, a leap second included; negative where it is none.</summary>
    private static int TimeOfDay(ReadOnlySpan<byte> text, ref uint bad)
    {
        var hour = Two(text, 0, ref bad);
        var minute = Two(text, 3, ref bad);
        var second = Two(text, 6, ref bad);
        return hour > 23 || minute > 59 || second > 60 ? -1 : (((hour * 60) + minute) * 60) + second;
    }

    private static int Two(ReadOnlySpan<byte> text, int at, ref uint bad)
    {
        uint tens = (uint)text[at] - '0', ones = (uint)text[at + 1] - '0';
        bad = Math.Max(bad, Math.Max(tens, ones));
        return (int)((tens * 10) + ones);
    }

    /// <summary>Nanoseconds of a fraction at <paramref name="at"/>; 0 and no move where there is none.</summary>
    private static long Fraction(ReadOnlySpan<byte> line, ref int at)
    {
        if (at + 1 >= line.Length || line[at] is not ((byte)'.' or (byte)',') || (uint)(line[at + 1] - '0') > 9)
        {
            return 0;
        }

        long fraction = 0;
        var unit = Second;
        for (at++; at < line.Length && (uint)(line[at] - '0') <= 9; at++)
        {
            if (unit > 1)
            {
                unit /= 10;
                fraction += (line[at] - '0') * unit;
            }
        }

        return fraction;
    }

    /// <summary>The zone's seconds east of UTC; false where one is begun and none is there.</summary>
    private static bool Zone(ReadOnlySpan<byte> line, ref int at, out int offset)
    {
        offset = 0;
        if (at >= line.Length)
        {
            return true;
        }

        if (line[at] == 'Z')
        {
            at++;
            return true;
        }

        var blank = line[at] == ' ' ? 1 : 0;
        if (at + blank + 2 >= line.Length || line[at + blank] is not ((byte)'+' or (byte)'-'))
        {
            return true;
        }

        var text = line[(at + blank + 1)..];
        uint bad = 0;
        var hours = Two(text, 0, ref bad);
        var colon = text.Length > 2 && text[2] == ':' ? 1 : 0;
        uint worse = 0;
        var full = text.Length >= 4 + colon;
        var minutes = full ? Two(text, 2 + colon, ref worse) : 0;
        full &= worse <= 9;
        if (bad > 9 || (!full && blank + colon > 0) || hours > 18 || (full && minutes > 59))
        {
            // What stands apart, or is no zone, may be text of the line: " - message".
            return blank == 1 || bad > 9;
        }

        offset = ((hours * 60) + (full ? minutes : 0)) * 60 * (line[at + blank] == '-' ? -1 : 1);
        at += blank + 3 + (full ? 2 + colon : 0);
        return true;
    }

    /// <summary>A timestamp is not followed by a letter or digit.</summary>
    private static bool EndsAt(ReadOnlySpan<byte> line, int at) =>
        at >= line.Length || !char.IsAsciiLetterOrDigit((char)line[at]);

    private static bool IsDate(int year, int month, int day) =>
        month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month);

    /// <summary>Days since 1970-01-01 in the Gregorian calendar, years starting in March so that February ends them.</summary>
    private static long Days(int year, int month, int day)
    {
        year -= month <= 2 ? 1 : 0;
        var inYear = ((153 * (month + (month > 2 ? -3 : 9))) + 2) / 5;
        return (year * 365L) + (year / 4) - (year / 100) + (year / 400) + inYear + day - 1 - 719_468;
    }
}
