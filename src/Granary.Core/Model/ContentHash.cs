using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Granary.Core.Model;

/// <summary>128 bits of a SHA-256 over normalised bytes, or over a chain of such hashes.</summary>
public readonly record struct ContentHash(ulong High, ulong Low)
{
    /// <summary>Bytes in the binary form.</summary>
    public const int Size = 16;

    /// <summary>The hash of one run of bytes.</summary>
    public static ContentHash Of(ReadOnlySpan<byte> bytes)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, digest);
        return Read(digest);
    }

    /// <summary>
    /// The chain's next link: hash(this ‖ next). A file's content hash is the chain over its chunks' hashes, starting
    /// from <c>default</c>; unlike a running SHA-256 its state can be written into a checkpoint.
    /// </summary>
    public ContentHash Then(ContentHash next)
    {
        Span<byte> pair = stackalloc byte[2 * Size];
        Write(pair);
        next.Write(pair[Size..]);
        return Of(pair);
    }

    /// <summary>Reads the big-endian binary form.</summary>
    public static ContentHash Read(ReadOnlySpan<byte> source) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(source), BinaryPrimitives.ReadUInt64BigEndian(source[8..]));

    /// <summary>Writes the big-endian binary form.</summary>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, High);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], Low);
    }

    /// <summary>32 lower-case hexadecimal digits.</summary>
    public override string ToString() => $"{High:x16}{Low:x16}";

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    /// <exception cref="FormatException">Not 32 hexadecimal digits.</exception>
    public static ContentHash Parse(string text) => Read(Convert.FromHexString(text));
}
