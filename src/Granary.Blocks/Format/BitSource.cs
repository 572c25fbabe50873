using System.Buffers.Binary;
using System.Numerics;

namespace Granary.Blocks.Format;

/// <summary>Reads what <see cref="BitSink"/> writes; past the end is an <see cref="InvalidDataException"/>.</summary>
internal ref struct BitSource(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> bytes = bytes;
    private long position;

    public uint Bits(int width)
    {
        var value = (uint)(Peek() & ((1UL << width) - 1));
        Skip(width);
        return value;
    }

    public uint Gamma()
    {
        var width = BitOperations.TrailingZeroCount(Peek());
        if (width > 31)
        {
            throw new InvalidDataException("a number is too long");
        }

        Skip(width + 1);
        return (1u << width) | Bits(width);
    }

    public uint Rice(int parameter)
    {
        var quotient = 0u;
        while (true)
        {
            var ones = Math.Min(BitOperations.TrailingZeroCount(~Peek()), 56);
            Skip(ones);
            quotient += (uint)ones;
            if (ones < 56)
            {
                break;
            }
        }

        Skip(1);
        return (quotient << parameter) | Bits(parameter);
    }

    public void Skip(long width)
    {
        position += width;
        if (position > bytes.Length * 8L)
        {
            throw new InvalidDataException("ends too early");
        }
    }

    /// <summary>At least 57 bits from the position; zeros after the end.</summary>
    private readonly ulong Peek()
    {
        var rest = bytes[(int)Math.Min(position >> 3, bytes.Length)..];
        if (rest.Length >= sizeof(ulong))
        {
            return BinaryPrimitives.ReadUInt64LittleEndian(rest) >> (int)(position & 7);
        }

        var value = 0UL;
        for (var index = rest.Length - 1; index >= 0; index--)
        {
            value = (value << 8) | rest[index];
        }

        return value >> (int)(position & 7);
    }
}
