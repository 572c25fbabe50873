using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Granary.Core.Masking;

/// <summary>
/// Finds any of many needles of four bytes, without regard to case, at several bytes a cycle. The vectorised part is the
/// "Teddy" scheme: every needle belongs to one of eight buckets; for each of its four places two tables of 16 say which
/// buckets can have a byte with that low and that high half. What passes is compared with the needles of its buckets.
/// </summary>
internal sealed class NeedleProbe
{
    /// <summary>Bytes of a needle.</summary>
    public const int Size = 4;

    /// <summary>In a needle: any byte.</summary>
    public const byte Any = (byte)'?';

    /// <summary>In a needle: a hexadecimal digit.</summary>
    public const byte Hex = (byte)'%';

    /// <summary>Bytes that a vector of places looks at.</summary>
    private const int Reach = 32 + Size - 1;

    private const uint LowerCase = 0x20202020;

    private readonly Vector256<byte>[] low = new Vector256<byte>[Size];
    private readonly Vector256<byte>[] high = new Vector256<byte>[Size];
    private readonly byte[][] tables = [new byte[256], new byte[256], new byte[256], new byte[256]];
    private readonly (uint Mask, uint Value, int Needle)[][] buckets = new (uint, uint, int)[8][];

    // A bit for each pair of bytes, in lower case, that a needle can begin or end with: halves let pass some forty times what they
    // should, and the needles of a bucket are compared one by one.
    private readonly ulong[] firstPairs = new ulong[1024];
    private readonly ulong[] lastPairs = new ulong[1024];

    public NeedleProbe(IReadOnlyList<byte[]> needles)
    {
        var shares = ProbeBuckets.Assign(needles, buckets.Length);
        for (var bucket = 0; bucket < buckets.Length; bucket++)
        {
            var share = shares[bucket];
            buckets[bucket] = new (uint, uint, int)[share.Length];
            for (var place = 0; place < share.Length; place++)
            {
                var needle = needles[share[place]];
                buckets[bucket][place] = (MaskOf(needle), ValueOf(needle), share[place]);
                Teach(needle, (byte)(1 << bucket));
            }
        }

        foreach (var needle in needles)
        {
            TeachPair(firstPairs, needle[0], needle[1]);
            TeachPair(lastPairs, needle[2], needle[3]);
        }

        BuildTables();
    }

    /// <summary>The first place at or after <paramref name="from"/> that begins with a needle; negative where there is none.</summary>
    /// <remarks>Vectors twice as wide are no faster here (measured), and could not be compiled ahead.</remarks>
    public int Find(ReadOnlySpan<byte> text, int from, out int needle) =>
        Avx2.IsSupported && text.Length >= Reach ? FindVectors(text, from, out needle) : FindBytes(text, from, out needle);

    private int FindVectors(ReadOnlySpan<byte> text, int from, out int needle)
    {
        ref var start = ref MemoryMarshal.GetReference(text);
        var (low0, low1, low2, low3) = (low[0], low[1], low[2], low[3]);
        var (high0, high1, high2, high3) = (high[0], high[1], high[2], high[3]);
        var fresh = uint.MaxValue;
        for (var at = from; at + Size <= text.Length; at += Vector256<byte>.Count)
        {
            if (at + Reach > text.Length)
            {
                // The last vector overlaps the one before; its places before at are known.
                fresh <<= at - (text.Length - Reach);
                at = text.Length - Reach;
            }

            var hits = Place(ref start, at, low0, high0) & Place(ref start, at + 1, low1, high1)
                & Place(ref start, at + 2, low2, high2) & Place(ref start, at + 3, low3, high3);
            for (var places = fresh & ~Vector256.Equals(hits, Vector256<byte>.Zero).ExtractMostSignificantBits(); places != 0; places &= places - 1)
            {
                var place = BitOperations.TrailingZeroCount(places);
                if (Confirm(ref start, at + place, hits.GetElement(place), out needle))
                {
                    return at + place;
                }
            }
        }

        needle = -1;
        return -1;
    }

    private int FindBytes(ReadOnlySpan<byte> text, int from, out int needle)
    {
        ref var start = ref MemoryMarshal.GetReference(text);
        for (var at = from; at + Size <= text.Length; at++)
        {
            var bits = (byte)(tables[0][text[at]] & tables[1][text[at + 1]] & tables[2][text[at + 2]] & tables[3][text[at + 3]]);
            if (bits != 0 && Confirm(ref start, at, bits, out needle))
            {
                return at;
            }
        }

        needle = -1;
        return -1;
    }

    /// <summary>Whether a byte of a needle, or what it stands for, accepts a byte of the text.</summary>
    public static bool Accepts(byte needle, byte value) => needle switch
    {
        Any => true,
        Hex => char.IsAsciiHexDigit((char)value),
        _ => (value | 0x20) == (needle | 0x20),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Place(ref byte start, int at, Vector256<byte> lows, Vector256<byte> highs)
    {
        var bytes = Vector256.LoadUnsafe(ref start, (nuint)at);
        var half = Vector256.Create((byte)0x0f);
        return Avx2.Shuffle(lows, bytes & half) & Avx2.Shuffle(highs, (bytes.AsUInt16() >>> 4).AsByte() & half);
    }

    private bool Confirm(ref byte start, int at, byte bits, out int needle)
    {
        var folded = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref start, at)) | LowerCase;
        var (first, last) = (folded & 0xffff, folded >> 16);
        if (((firstPairs[first >> 6] >> (int)first) & (lastPairs[last >> 6] >> (int)last) & 1) == 0)
        {
            needle = -1;
            return false;
        }

        for (; bits != 0; bits &= (byte)(bits - 1))
        {
            foreach (var (mask, value, index) in buckets[BitOperations.TrailingZeroCount(bits)])
            {
                if ((folded & mask) == value)
                {
                    needle = index;
                    return true;
                }
            }
        }

        needle = -1;
        return false;
    }

    private static void TeachPair(ulong[] pairs, byte first, byte second)
    {
        for (var low = 0; low < 256; low++)
        {
            for (var high = 0; high < 256 && Accepts(first, (byte)low); high++)
            {
                if (Accepts(second, (byte)high))
                {
                    var pair = (low | 0x20) | ((high | 0x20) << 8);
                    pairs[pair >> 6] |= 1UL << (pair & 63);
                }
            }
        }
    }

    private void Teach(byte[] needle, byte bit)
    {
        for (var place = 0; place < Size; place++)
        {
            for (var value = 0; value < 256; value++)
            {
                if (Accepts(needle[place], (byte)value))
                {
                    tables[place][value] |= bit;
                }
            }
        }
    }

    private void BuildTables()
    {
        for (var place = 0; place < Size; place++)
        {
            var (lows, highs) = (new byte[32], new byte[32]);
            for (var value = 0; value < 256; value++)
            {
                foreach (var lane in (ReadOnlySpan<int>)[0, 16])
                {
                    lows[lane + (value & 15)] |= tables[place][value];
                    highs[lane + (value >> 4)] |= tables[place][value];
                }
            }

            (low[place], high[place]) = (Vector256.Create(lows), Vector256.Create(highs));
        }
    }

    private static uint MaskOf(byte[] needle)
    {
        var mask = 0u;
        for (var place = 0; place < Size; place++)
        {
            mask |= needle[place] is Any or Hex ? 0 : 0xffu << (8 * place);
        }

        return mask;
    }

    private static uint ValueOf(byte[] needle) => (MemoryMarshal.Read<uint>(needle) | LowerCase) & MaskOf(needle);
}
