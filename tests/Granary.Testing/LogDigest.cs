using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Granary.Testing;

/// <summary>
/// Stands for the multiset of one log's entries: how many, and the sum of a hash of each (line, part, text). A lost, doubled or
/// changed entry changes it; the order in which entries come does not.
/// </summary>
public readonly record struct LogDigest(long Entries, UInt128 Sum)
{
    /// <summary>The digest with one more entry.</summary>
    public LogDigest With(long line, int part, ReadOnlySpan<byte> text)
    {
        Span<byte> whole = text.Length < 4000 ? stackalloc byte[text.Length + 12] : new byte[text.Length + 12];
        BinaryPrimitives.WriteInt64LittleEndian(whole, line);
        BinaryPrimitives.WriteInt32LittleEndian(whole[8..], part);
        text.CopyTo(whole[12..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(whole, hash);
        return new(Entries + 1, Sum + BinaryPrimitives.ReadUInt128LittleEndian(hash));
    }
}
