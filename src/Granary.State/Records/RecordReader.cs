using System.Text;
using Granary.Core.Model;

namespace Granary.State.Records;

/// <summary>Reads what <see cref="RecordWriter"/> writes.</summary>
/// <exception cref="FormatException">From every method, where the bytes are not such a record.</exception>
internal ref struct RecordReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> rest = bytes;

    public readonly bool AtEnd => rest.IsEmpty;

    public byte Byte() => Take(1)[0];

    public ulong Unsigned()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Byte();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new FormatException("a number has no end");
    }

    /// <summary>A number of items that each take at least a byte.</summary>
    public int Count()
    {
        var count = Unsigned();
        return count <= (ulong)rest.Length ? (int)count : throw new FormatException("a count is greater than what follows");
    }

    public int Small()
    {
        var value = Unsigned();
        return value <= int.MaxValue ? (int)value : throw new FormatException("a number is out of its range");
    }

    public long Signed() => Unzigzag(Unsigned());

    public string? Text()
    {
        var length = Unsigned();
        return length == 0 ? null : Encoding.UTF8.GetString(Take(length - 1));
    }

    public string RequiredText() => Text() ?? throw new FormatException("a text is missing");

    public string? TextAround(string part)
    {
        var head = Text();
        return head is not null && Text() is { } tail ? string.Concat(head, part, tail) : head;
    }

    public long Near(long other)
    {
        var coded = Unsigned();
        var distance = Unzigzag(coded >> 1);
        return other + ((coded & 1) == 0 ? distance * RecordWriter.Second : distance);
    }

    public ContentHash Hash() => Byte() == 0 ? default : ContentHash.Read(Take(ContentHash.Size));

    private static long Unzigzag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)rest.Length)
        {
            throw new FormatException("a record ends too early");
        }

        var taken = rest[..(int)length];
        rest = rest[(int)length..];
        return taken;
    }
}
