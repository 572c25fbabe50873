using System.Text;

namespace Granary.Core.Text;

/// <summary>
/// The one folding of case: simple lowercase mappings, a code point to a code point, by a frozen table. Unlike the runtime's
/// invariant mapping it folds U+0130 (İ) to <c>i</c>.
/// </summary>
public static class SimpleLowercase
{
    private const int DirectLimit = 0x600;

    private static readonly ushort[] Direct = MakeDirect();

    private static readonly bool[] PageHasUpper = MakePages();

    /// <summary>The lowercase of a code point; itself where there is none.</summary>
    public static int Of(int codePoint)
    {
        if ((uint)codePoint < DirectLimit)
        {
            return Direct[codePoint];
        }

        var page = codePoint >> 8;
        return (uint)page < (uint)PageHasUpper.Length && PageHasUpper[page] ? Find(codePoint) : codePoint;
    }

    /// <inheritdoc cref="Of(int)"/>
    public static Rune Of(Rune rune) => new(Of(rune.Value));

    /// <summary>Every code point that folds to <paramref name="folded"/>, itself included; empty if it is not folded.</summary>
    internal static IReadOnlyList<int> Sources(int folded)
    {
        if (Of(folded) != folded)
        {
            return [];
        }

        var sources = new List<int> { folded };
        if (folded is >= 'a' and <= 'z')
        {
            sources.Add(folded - 32);
        }

        var quads = LowercaseRanges.Quads;
        for (var quad = 0; quad < quads.Length; quad += 4)
        {
            var upper = folded - quads[quad + 3];
            if (upper >= quads[quad] && upper <= quads[quad + 1] && (upper - quads[quad]) % quads[quad + 2] == 0)
            {
                sources.Add(upper);
            }
        }

        return sources;
    }

    private static int Find(int codePoint)
    {
        var quads = LowercaseRanges.Quads;
        var (low, high) = (0, (quads.Length / 4) - 1);
        while (low <= high)
        {
            var middle = (low + high) >> 1;
            var quad = quads.Slice(4 * middle, 4);
            if (codePoint < quad[0])
            {
                high = middle - 1;
            }
            else if (codePoint > quad[1])
            {
                low = middle + 1;
            }
            else
            {
                return (codePoint - quad[0]) % quad[2] == 0 ? codePoint + quad[3] : codePoint;
            }
        }

        return codePoint;
    }

    private static ushort[] MakeDirect()
    {
        var direct = new ushort[DirectLimit];
        for (var point = 0; point < DirectLimit; point++)
        {
            direct[point] = (ushort)(point is >= 'A' and <= 'Z' ? point + 32 : Find(point));
        }

        return direct;
    }

    private static bool[] MakePages()
    {
        var quads = LowercaseRanges.Quads;
        var pages = new bool[(quads[^3] >> 8) + 1];
        for (var quad = 0; quad < quads.Length; quad += 4)
        {
            pages.AsSpan()[(quads[quad] >> 8)..((quads[quad + 1] >> 8) + 1)].Fill(true);
        }

        return pages;
    }
}
