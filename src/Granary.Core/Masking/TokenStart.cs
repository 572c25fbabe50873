using System.Buffers;

namespace Granary.Core.Masking;

/// <summary>
/// Where a token or a name can begin: after what is none of its bytes, and after an escape whose last byte only looks like one.
/// Logs in JSON, and addresses in logs, are full of <c>\ntoken</c>, <c>\u001b[0mtoken</c> and <c>%3Dtoken</c>.
/// </summary>
internal static class TokenStart
{
    private const int LongestColour = 16;
    private const int LongestEscape = 5;

    private static readonly SearchValues<byte> OfColour = TokenShape.Bytes("0123456789;");

    /// <summary>Whether one of the bytes <paramref name="body"/> can begin at <paramref name="at"/>.</summary>
    public static bool Is(ReadOnlySpan<byte> text, int at, SearchValues<byte> body) =>
        at == 0 || !body.Contains(text[at - 1]) || EndsEscape(text[..at]);

    /// <summary>The name between two places of a text, without the bytes that belong to an escape before it.</summary>
    public static ReadOnlySpan<byte> Bare(ReadOnlySpan<byte> text, int first, int last)
    {
        for (var start = first + 1; start < last && start <= first + LongestEscape; start++)
        {
            if (EndsEscape(text[..start]))
            {
                return text[start..last];
            }
        }

        return text[first..last];
    }

    private static bool EndsEscape(ReadOnlySpan<byte> before) =>
        EndsCharacter(before) || (before[^1] == 'm' && EndsColour(before));

    /// <summary>The end of a character that is written as an escape.</summary>
    private static bool EndsCharacter(ReadOnlySpan<byte> before) =>
        Ends(before, 2, '\\') ? IsLetter(before[^1])
        : Ends(before, 3, '%') ? AreHex(before[^2..])
        : Ends(before, 4, '\\') ? before[^3] is (byte)'x' or (byte)'0' && AreHex(before[^2..])
        : Ends(before, 6, '\\') && before[^5] == 'u' && AreHex(before[^4..]);

    /// <summary>The end of a colour, <c>[0;31m</c>, whose escape character is written as an escape.</summary>
    private static bool EndsColour(ReadOnlySpan<byte> before)
    {
        var inner = before[Math.Max(0, before.Length - LongestColour)..^1];
        var bracket = inner.LastIndexOf((byte)'[');
        return bracket > 0 && TokenShape.Run(inner[(bracket + 1)..], OfColour) == inner.Length - bracket - 1
            && EndsCharacter(before[..(before.Length - 1 - inner.Length + bracket)]);
    }

    private static bool Ends(ReadOnlySpan<byte> before, int length, char mark) => before.Length >= length && before[^length] == mark;

    private static bool IsLetter(byte escaped) => "nrtbfvea"u8.Contains(escaped);

    private static bool AreHex(ReadOnlySpan<byte> digits)
    {
        foreach (var digit in digits)
        {
            if (!char.IsAsciiHexDigit((char)digit))
            {
                return false;
            }
        }

        return true;
    }
}
