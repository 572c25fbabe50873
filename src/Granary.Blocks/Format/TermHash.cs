using System.Buffers.Binary;

namespace Granary.Blocks.Format;

/// <summary>The hashes that stand for tokens and for pairs of neighbours in postings. Part of the format: never change them.</summary>
internal static class TermHash
{
    private const ulong First = 0x9E3779B97F4A7C15;
    private const ulong Second = 0xD6E8FEB86659FD93;

    private const ulong EveryByte = 0x0101010101010101;

    /// <summary>64 well-mixed bits of a folded token.</summary>
    public static ulong Of(ReadOnlySpan<byte> token) => Of(token, 0, token.Length, out _);

    /// <summary>As the other, for a token within <paramref name="text"/>.</summary>
    /// <param name="text">Bytes behind the token are read too where there are some: eight at a time is faster.</param>
    /// <param name="start">Of the token.</param>
    /// <param name="length">Of the token.</param>
    /// <param name="plain">See <see cref="IsPlain"/>.</param>
    public static ulong Of(ReadOnlySpan<byte> text, int start, int length, out bool plain)
    {
        var (hash, digits) = ((ulong)length * Second, 0UL);
        var end = start + length;
        for (; end - start >= sizeof(ulong); start += sizeof(ulong))
        {
            var word = BinaryPrimitives.ReadUInt64LittleEndian(text[start..]);
            digits |= Digits(word);
            hash = Mix(hash ^ word);
        }

        var tail = text.Length - start >= sizeof(ulong)
            ? BinaryPrimitives.ReadUInt64LittleEndian(text[start..]) & ((1UL << (8 * (end - start))) - 1)
            : Tail(text[start..end]);
        plain = (digits | Digits(tail)) == 0;
        return Mix(hash ^ tail);
    }

    /// <summary>The upper bit of each byte that is an ASCII digit.</summary>
    private static ulong Digits(ulong word)
    {
        var fromZero = word ^ (EveryByte * '0');
        return ~(((fromZero & (EveryByte * 0x7f)) + (EveryByte * (0x80 - 10))) | fromZero) & (EveryByte * 0x80);
    }

    /// <summary>The key of a token in the dictionary of tokens.</summary>
    public static uint Token(ulong hash) => (uint)(hash >> (64 - SegmentFormat.TokenBits));

    /// <summary>The key of two neighbouring tokens in the dictionary of pairs.</summary>
    public static uint Pair(ulong left, ulong right) =>
        (uint)(Mix((left * Second) ^ right) >> (64 - SegmentFormat.PairBits));

    /// <summary>
    /// Whether a pair is indexed: not where a number or an identifier takes part, whose own postings are short enough, and
    /// which would make most pairs unique.
    /// </summary>
    public static bool IsPaired(bool leftPlain, bool rightPlain) => leftPlain && rightPlain;

    /// <summary>See <see cref="IsPaired"/>: a folded token without a digit.</summary>
    public static bool IsPlain(ReadOnlySpan<byte> token) => token.IndexOfAnyInRange((byte)'0', (byte)'9') < 0;

    private static ulong Tail(ReadOnlySpan<byte> rest)
    {
        var value = 0UL;
        for (var index = rest.Length - 1; index >= 0; index--)
        {
            value = (value << 8) | rest[index];
        }

        return value;
    }

    private static ulong Mix(ulong value)
    {
        value *= First;
        value ^= value >> 32;
        value *= Second;
        return value ^ (value >> 29);
    }
}
