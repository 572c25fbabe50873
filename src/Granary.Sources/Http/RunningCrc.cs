using System.Buffers.Binary;
using System.Numerics;

namespace Granary.Sources.Http;

/// <summary>CRC-32C over bytes that come in pieces, the same however they are cut.</summary>
internal struct RunningCrc
{
    private uint crc;

    public readonly uint Value => crc;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        var value = crc;
        while (bytes.Length >= 8)
        {
            value = BitOperations.Crc32C(value, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[8..];
        }

        foreach (var one in bytes)
        {
            value = BitOperations.Crc32C(value, one);
        }

        crc = value;
    }
}
