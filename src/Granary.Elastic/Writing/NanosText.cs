using System.Globalization;
using System.Text;

namespace Granary.Elastic.Writing;

/// <summary>
/// Writes nanoseconds since 1970 as ISO 8601 in UTC, with three, six or nine decimals, as few as keep all. Remembers the last second, which
/// most lines share. Not for threads to share.
/// </summary>
internal struct NanosText
{
    /// <summary>Bytes that <see cref="Write"/> writes at most.</summary>
    internal const int MaxLength = 30;

    private const long Second = 1_000_000_000;

    private byte[]? start;
    private long startSecond;

    /// <summary>The text; <paramref name="nanoseconds"/> not negative.</summary>
    internal static string Of(long nanoseconds)
    {
        Span<byte> text = stackalloc byte[MaxLength];
        var length = default(NanosText).Write(nanoseconds, text);
        return Encoding.ASCII.GetString(text[..length]);
    }

    internal int Write(long nanoseconds, Span<byte> destination)
    {
        var (second, fraction) = Math.DivRem(nanoseconds, Second);
        if (start is null || second != startSecond)
        {
            start ??= new byte[20];
            DateTimeOffset.FromUnixTimeSeconds(second).UtcDateTime.TryFormat(start, out _, "yyyy-MM-ddTHH:mm:ss.", CultureInfo.InvariantCulture);
            startSecond = second;
        }

        start.CopyTo(destination);
        var digits = (int)fraction % 1_000_000 == 0 ? 3 : (int)fraction % 1000 == 0 ? 6 : 9;
        var value = (uint)fraction / (digits switch { 3 => 1_000_000u, 6 => 1000u, _ => 1u });
        for (var index = 19 + digits; index >= 20; index--)
        {
            (value, var digit) = Math.DivRem(value, 10);
            destination[index] = (byte)('0' + digit);
        }

        destination[20 + digits] = (byte)'Z';
        return 21 + digits;
    }
}
