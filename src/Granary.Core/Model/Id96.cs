using System.Buffers.Binary;

namespace Granary.Core.Model;

/// <summary>A 96-bit identifier: wide enough that 10¹² of them do not collide in practice, short enough to index.</summary>
public readonly record struct Id96(uint High, ulong Low) : IComparable<Id96>
{
    /// <summary>Bytes in the binary form.</summary>
    public const int Size = 12;

    /// <summary>The first 12 bytes of a SHA-256, big-endian.</summary>
    public static Id96 FromSha256(ReadOnlySpan<byte> digest) => Read(digest);

    /// <summary>Reads the big-endian binary form; <paramref name="source"/> holds at least <see cref="Size"/> bytes.</summary>
    public static Id96 Read(ReadOnlySpan<byte> source) =>
        new(BinaryPrimitives.ReadUInt32BigEndian(source), BinaryPrimitives.ReadUInt64BigEndian(source[4..]));

    /// <summary>Writes the big-endian binary form, so that byte order and <see cref="CompareTo"/> agree.</summary>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination, High);
        BinaryPrimitives.WriteUInt64BigEndian(destination[4..], Low);
    }

    /// <inheritdoc/>
    public int CompareTo(Id96 other) => High != other.High ? High.CompareTo(other.High) : Low.CompareTo(other.Low);

    /// <summary>24 lower-case hexadecimal digits.</summary>
    public override string ToString() => $"{High:x8}{Low:x16}";
}
