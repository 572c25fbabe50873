using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Granary.Core.Queries.Matching;

/// <summary>
/// Bytes with two alternatives each. Thirty-two places are tried at a time by the two rarest bytes of the run; what passes is
/// compared whole. Mixed alternatives of one character may pass: what is found is a candidate.
/// </summary>
internal sealed class NeedleRun
{
    /// <summary>Bytes of logs from the most frequent on; the bytes not named are rarer than these.</summary>
    private static ReadOnlySpan<byte> Frequent => " eti0onsarl1c/d.2p-m3u5_4678h9g:bfvykwxj"u8;

    private readonly byte[] lower;
    private readonly byte[] upper;
    private readonly int first;
    private readonly int second;

    internal NeedleRun(byte[] lower, byte[] upper)
    {
        (this.lower, this.upper) = (lower, upper);
        for (var index = 0; index < lower.Length; index++)
        {
            first = RarityOf(lower[index]) > RarityOf(lower[first]) ? index : first;
            Rarity += RarityOf(lower[index]);
        }

        second = first == 0 ? lower.Length - 1 : 0;
        for (var index = 0; index < lower.Length; index++)
        {
            second = index != first && RarityOf(lower[index]) > RarityOf(lower[second]) ? index : second;
        }
    }

    internal int Rarity { get; }

    internal int IndexIn(ReadOnlySpan<byte> text, int from)
    {
        var last = text.Length - lower.Length;
        var position = from;
        if (last - position >= Vector256<byte>.Count - 1)
        {
            var found = Vectorised(text, ref position, last);
            if (found >= 0)
            {
                return found;
            }
        }

        for (; position <= last; position++)
        {
            if (StandsAt(text, position))
            {
                return position;
            }
        }

        return -1;
    }

    private int Vectorised(ReadOnlySpan<byte> text, ref int position, int last)
    {
        var (firstLower, firstUpper) = (Vector256.Create(lower[first]), Vector256.Create(upper[first]));
        var (secondLower, secondUpper) = (Vector256.Create(lower[second]), Vector256.Create(upper[second]));
        ref var start = ref MemoryMarshal.GetReference(text);
        for (; position + Vector256<byte>.Count - 1 <= last; position += Vector256<byte>.Count)
        {
            var firsts = Vector256.LoadUnsafe(ref start, (nuint)(position + first));
            var seconds = Vector256.LoadUnsafe(ref start, (nuint)(position + second));
            var hits = (Vector256.Equals(firsts, firstLower) | Vector256.Equals(firsts, firstUpper))
                & (Vector256.Equals(seconds, secondLower) | Vector256.Equals(seconds, secondUpper));
            for (var mask = hits.ExtractMostSignificantBits(); mask != 0; mask &= mask - 1)
            {
                var candidate = position + BitOperations.TrailingZeroCount(mask);
                if (StandsAt(text, candidate))
                {
                    return candidate;
                }
            }
        }

        return -1;
    }

    private bool StandsAt(ReadOnlySpan<byte> text, int position)
    {
        var there = text.Slice(position, lower.Length);
        for (var index = 0; index < there.Length; index++)
        {
            if (there[index] != lower[index] && there[index] != upper[index])
            {
                return false;
            }
        }

        return true;
    }

    private static int RarityOf(byte value) => Frequent.IndexOf(value) switch
    {
        < 0 => 9,
        < 12 => 4,
        < 24 => 5,
        _ => 6,
    };
}
