using System.Buffers;
using System.Numerics;
using System.Runtime.Intrinsics;
using System.Text;

namespace Granary.Core.Text;

/// <summary>
/// Walks the tokens of UTF-8 text: maximal runs of token characters (<see cref="TokenClasses"/>). Sixty-four bytes are classified
/// at a time into a bit mask; only blocks with bytes beyond ASCII are decoded. Bytes that are not UTF-8 part tokens.
/// </summary>
public ref struct TokenEnumerator
{
    private const int Block = 64;

    private readonly ReadOnlySpan<byte> text;
    private int blockStart;
    private ulong mask;

    /// <summary>Stands before the first token of <paramref name="text"/>.</summary>
    public TokenEnumerator(ReadOnlySpan<byte> text)
    {
        this.text = text;
        mask = text.IsEmpty ? 0 : Classify(text, 0);
    }

    /// <summary>Offset of the token in the text.</summary>
    public int Start { get; private set; }

    /// <summary>Bytes of the token.</summary>
    public int Length { get; private set; }

    /// <summary>The token's bytes, not folded.</summary>
    public readonly ReadOnlySpan<byte> Current => text.Slice(Start, Length);

    /// <summary>For <c>foreach</c>.</summary>
    public readonly TokenEnumerator GetEnumerator() => this;

    /// <summary>Goes to the next token; false after the last.</summary>
    public bool MoveNext()
    {
        while (mask == 0)
        {
            if (!NextBlock())
            {
                return false;
            }
        }

        var bit = BitOperations.TrailingZeroCount(mask);
        Start = blockStart + bit;
        var gaps = ~(mask | ((1UL << bit) - 1));
        while (gaps == 0)
        {
            if (!NextBlock())
            {
                Length = text.Length - Start;
                return true;
            }

            gaps = ~mask;
        }

        var end = BitOperations.TrailingZeroCount(gaps);
        mask &= ulong.MaxValue << end;
        Length = blockStart + end - Start;
        return true;
    }

    private bool NextBlock()
    {
        mask = 0;
        if (text.Length - blockStart <= Block)
        {
            blockStart = text.Length;
            return false;
        }

        blockStart += Block;
        mask = Classify(text, blockStart);
        return true;
    }

    private static ulong Classify(ReadOnlySpan<byte> text, int start)
    {
        if (text.Length - start >= Block)
        {
            return Classify(text, start, text.Slice(start, Block));
        }

        Span<byte> padded = stackalloc byte[Block];
        padded.Clear();
        text[start..].CopyTo(padded);
        return Classify(text, start, padded);
    }

    private static ulong Classify(ReadOnlySpan<byte> text, int start, ReadOnlySpan<byte> block)
    {
        var low = Vector256.Create(block);
        var high = Vector256.Create(block[32..]);
        var tokens = AsciiTokens(low) | ((ulong)AsciiTokens(high) << 32);
        var beyond = low.ExtractMostSignificantBits() | ((ulong)high.ExtractMostSignificantBits() << 32);
        return beyond == 0 ? tokens : tokens | BeyondAscii(text, start, beyond);
    }

    private static uint AsciiTokens(Vector256<byte> bytes)
    {
        var letters = AtMost((bytes | Vector256.Create((byte)0x20)) - Vector256.Create((byte)'a'), 25);
        var digits = AtMost(bytes - Vector256.Create((byte)'0'), 9);
        return (letters | digits | Vector256.Equals(bytes, Vector256.Create((byte)'_'))).ExtractMostSignificantBits();
    }

    private static Vector256<byte> AtMost(Vector256<byte> bytes, byte limit) =>
        Vector256.Equals(Vector256.Min(bytes, Vector256.Create(limit)), bytes);

    /// <summary>The bits of token characters beyond ASCII; a character may begin in the block before or end in the one after.</summary>
    private static ulong BeyondAscii(ReadOnlySpan<byte> text, int start, ulong beyond)
    {
        var bits = 0UL;
        while (beyond != 0)
        {
            var position = start + BitOperations.TrailingZeroCount(beyond);
            var first = position == start ? CharacterStart(text, start) : position;
            var status = Rune.DecodeFromUtf8(text[first..], out var rune, out var length);
            var covered = Bits(position - start, Math.Min(Math.Max(first + length, position + 1) - start, Block));
            bits |= first + length > position && status == OperationStatus.Done && TokenClasses.IsToken(rune.Value) ? covered : 0;
            beyond &= ~covered;
        }

        return bits;
    }

    private static ulong Bits(int from, int to) => (to == Block ? ulong.MaxValue : (1UL << to) - 1) & (ulong.MaxValue << from);

    /// <summary>Where the character begins that holds the byte at <paramref name="position"/>.</summary>
    private static int CharacterStart(ReadOnlySpan<byte> text, int position)
    {
        var start = position;
        while (start > 0 && position - start < 3 && (text[start] & 0xC0) == 0x80)
        {
            start--;
        }

        return start;
    }
}
