using System.Buffers;
using System.Text;

namespace Granary.Core.Text;

/// <summary>Tells token characters (letters, marks, decimal digits, <c>_</c>) from what parts tokens, by a frozen table.</summary>
public static class TokenClasses
{
    private const int Plane = 0x10000;

    private static readonly uint[] BasicPlane = MakeBasicPlane();

    /// <summary>True if the code point belongs to tokens. Any integer may be asked for.</summary>
    public static bool IsToken(int codePoint) =>
        (uint)codePoint < Plane
            ? (BasicPlane[codePoint >> 5] >> (codePoint & 31) & 1) != 0
            : IsSupplementaryToken(codePoint);

    /// <inheritdoc cref="IsToken(int)"/>
    public static bool IsToken(Rune rune) => IsToken(rune.Value);

    /// <summary>True if a token character begins at <paramref name="offset"/>; false at the end and at bytes that are not UTF-8.</summary>
    public static bool IsTokenAt(ReadOnlySpan<byte> utf8, int offset)
    {
        if (offset >= utf8.Length)
        {
            return false;
        }

        var first = utf8[offset];
        return first < 0x80
            ? IsToken(first)
            : Rune.DecodeFromUtf8(utf8[offset..], out var rune, out _) == OperationStatus.Done && IsToken(rune.Value);
    }

    /// <summary>True if a token character ends at <paramref name="offset"/>; false at the start and at bytes that are not UTF-8.</summary>
    public static bool IsTokenBefore(ReadOnlySpan<byte> utf8, int offset)
    {
        if (offset == 0)
        {
            return false;
        }

        var last = utf8[offset - 1];
        return last < 0x80
            ? IsToken(last)
            : Rune.DecodeLastFromUtf8(utf8[..offset], out var rune, out _) == OperationStatus.Done && IsToken(rune.Value);
    }

    private static bool IsSupplementaryToken(int codePoint)
    {
        var pairs = TokenRanges.Pairs;
        var (low, high) = (0, (pairs.Length / 2) - 1);
        while (low <= high)
        {
            var middle = (low + high) >> 1;
            if (codePoint < pairs[2 * middle])
            {
                high = middle - 1;
            }
            else if (codePoint > pairs[(2 * middle) + 1])
            {
                low = middle + 1;
            }
            else
            {
                return true;
            }
        }

        return false;
    }

    private static uint[] MakeBasicPlane()
    {
        var bits = new uint[Plane / 32];
        var pairs = TokenRanges.Pairs;
        for (var pair = 0; pair < pairs.Length && pairs[pair] < Plane; pair += 2)
        {
            for (var point = pairs[pair]; point <= Math.Min(pairs[pair + 1], Plane - 1); point++)
            {
                bits[point >> 5] |= 1u << (point & 31);
            }
        }

        return bits;
    }
}
