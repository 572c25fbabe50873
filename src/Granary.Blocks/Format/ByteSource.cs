using System.Buffers.Binary;
using System.Text;

namespace Granary.Blocks.Format;

/// <summary>Reads what <see cref="ByteSink"/> writes; bytes that cannot be so are an <see cref="InvalidDataException"/>.</summary>
internal ref struct ByteSource(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> bytes = bytes;
    private int position;

    public readonly int Left => bytes.Length - position;

    public ReadOnlySpan<byte> Raw(int count)
    {
        if (count < 0 || count > Left)
        {
            throw new InvalidDataException("ends too early");
        }

        var span = bytes.Slice(position, count);
        position += count;
        return span;
    }

    public byte Byte() => Raw(1)[0];

    public uint Fixed32() => BinaryPrimitives.ReadUInt32LittleEndian(Raw(4));

    public ulong Fixed64() => BinaryPrimitives.ReadUInt64LittleEndian(Raw(8));

    public ulong Unsigned()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Byte();
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new InvalidDataException("a number is too long");
    }

    public long Signed()
    {
        var value = Unsigned();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    /// <summary>A number that counts or measures: at most <paramref name="most"/>.</summary>
    public int Count(int most)
    {
        var value = Unsigned();
        return value <= (ulong)most ? (int)value : throw new InvalidDataException($"{value} is above its bound of {most}");
    }

    public string Text() => Encoding.UTF8.GetString(Raw(Count(Left)));

    public string? OptionalText() => Byte() == 0 ? null : Text();
}
