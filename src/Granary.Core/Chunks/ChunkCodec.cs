using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Text.Json;
using Granary.Core.Model;

namespace Granary.Core.Chunks;

/// <summary>
/// A chunk as bytes for a transport between processes: a format byte, the length of the whole in plain form, then compressed with
/// Brotli: the head (JSON behind its length), the text, a byte of flags an entry, and the times as differences. Where entries end
/// is not sent: each ends at an LF.
/// </summary>
/// <remarks>Both ends run the same version: the format byte refuses another, nothing is migrated. <see cref="Chunk.Resume"/> stays
/// with the sender. At most <see cref="MaxBytes"/> long, so that it fits one event of any stream.</remarks>
public static class ChunkCodec
{
    /// <summary>No packed chunk is longer, even where nothing could be compressed.</summary>
    public const int MaxBytes = 1 << 20;

    private const byte Format = 1;
    private const int Prefix = 5;

    /// <summary>The quickest that still finds repeated lines: a parcel lives for moments, and packing is paid for every chunk.</summary>
    private const int Quality = 1;
    private const int Window = 18;

    public static byte[] Pack(Chunk chunk)
    {
        var head = JsonSerializer.SerializeToUtf8Bytes(Head.Of(chunk), ChunkJson.Default.Head);
        var bound = sizeof(int) + head.Length + chunk.Length + chunk.Count + (10 * chunk.Count);
        var plain = ArrayPool<byte>.Shared.Rent(bound);
        var packed = ArrayPool<byte>.Shared.Rent(Prefix + BrotliEncoder.GetMaxCompressedLength(bound));
        try
        {
            var length = WritePlain(chunk, head, plain);
            packed[0] = Format;
            BinaryPrimitives.WriteInt32LittleEndian(packed.AsSpan(1), length);
            return BrotliEncoder.TryCompress(plain.AsSpan(0, length), packed.AsSpan(Prefix), out var written, Quality, Window)
                ? packed.AsSpan(0, Prefix + written).ToArray()
                : throw new InvalidOperationException("a chunk is longer compressed than can be");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(plain);
            ArrayPool<byte>.Shared.Return(packed);
        }
    }

    /// <summary>The chunk, in memory of its own: the caller disposes it.</summary>
    /// <exception cref="FormatException">Not a packed chunk, or one of another version.</exception>
    public static Chunk Unpack(ReadOnlySpan<byte> packed)
    {
        if (packed.Length < Prefix || packed[0] != Format)
        {
            throw new FormatException("not a chunk of this version");
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(packed[1..]);
        if (length is < sizeof(int) or > 4 * MaxBytes)
        {
            throw new FormatException($"a chunk of {length} bytes is not plausible");
        }

        var plain = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            return BrotliDecoder.TryDecompress(packed[Prefix..], plain.AsSpan(0, length), out var written) && written == length
                ? ReadPlain(plain.AsSpan(0, length))
                : throw new FormatException("a chunk cannot be decompressed");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(plain);
        }
    }

    private static int WritePlain(Chunk chunk, ReadOnlySpan<byte> head, Span<byte> plain)
    {
        BinaryPrimitives.WriteInt32LittleEndian(plain, head.Length);
        var at = sizeof(int);
        head.CopyTo(plain[at..]);
        at += head.Length;
        chunk.Text.Span.CopyTo(plain[at..]);
        at += chunk.Length;
        chunk.Flags.CopyTo(plain[at..]);
        at += chunk.Count;
        var before = chunk.CarriedTime;
        foreach (var time in chunk.Times)
        {
            // Differences wrap round where one of the two is NoTime; so do the sums that undo them.
            var distance = unchecked(time - before);
            var zigzag = (ulong)((distance << 1) ^ (distance >> 63));
            for (; zigzag >= 0x80; zigzag >>= 7)
            {
                plain[at++] = (byte)(zigzag | 0x80);
            }

            plain[at++] = (byte)zigzag;
            before = time;
        }

        return at;
    }

    private static Chunk ReadPlain(ReadOnlySpan<byte> plain)
    {
        var headLength = BinaryPrimitives.ReadInt32LittleEndian(plain);
        var head = headLength >= 0 && headLength <= plain.Length - sizeof(int)
            ? ReadHead(plain.Slice(sizeof(int), headLength))
            : throw new FormatException("a chunk ends in its head");
        var rest = plain[(sizeof(int) + headLength)..];
        if (head.Length is < 0 or > Chunk.MaxBytes || head.Count is < 0 or > Chunk.MaxEntries || rest.Length < head.Length + (2 * head.Count))
        {
            throw new FormatException("a chunk's sizes are not plausible");
        }

        var text = Rented(rest[..head.Length]);
        var flags = Rented(rest.Slice(head.Length, head.Count));
        var ends = ArrayPool<int>.Shared.Rent(head.Count);
        var times = ArrayPool<long>.Shared.Rent(head.Count);
        var chunk = head.ToChunk(text, ends, times, flags);
        try
        {
            FindEnds(text.AsSpan(0, head.Length), ends.AsSpan(0, head.Count));
            ReadTimes(rest[(head.Length + head.Count)..], head.CarriedTime, times.AsSpan(0, head.Count));
            return chunk;
        }
        catch
        {
            chunk.Dispose();
            throw;
        }
    }

    private static Head ReadHead(ReadOnlySpan<byte> json)
    {
        try
        {
            var head = JsonSerializer.Deserialize(json, ChunkJson.Default.Head);
            return head is { Build.Key: { Source: not null, Id: not null }, File: not null }
                ? head
                : throw new FormatException("a chunk's head is not whole");
        }
        catch (JsonException e)
        {
            throw new FormatException("a chunk's head is damaged", e);
        }
    }

    private static void FindEnds(ReadOnlySpan<byte> text, Span<int> ends)
    {
        var at = 0;
        foreach (ref var end in ends)
        {
            var length = text[at..].IndexOf((byte)'\n');
            end = length >= 0 ? at + length : throw new FormatException("a chunk has too few lines");
            at = end + 1;
        }

        if (at != text.Length)
        {
            throw new FormatException("a chunk has too many lines");
        }
    }

    private static void ReadTimes(ReadOnlySpan<byte> source, long before, Span<long> times)
    {
        var at = 0;
        foreach (ref var time in times)
        {
            var zigzag = 0UL;
            var shift = 0;
            byte next;
            do
            {
                next = at < source.Length && shift < 64 ? source[at++] : throw new FormatException("a chunk's times are damaged");
                zigzag |= (ulong)(next & 0x7F) << shift;
                shift += 7;
            }
            while (next >= 0x80);
            time = before = unchecked(before + ((long)(zigzag >> 1) ^ -(long)(zigzag & 1)));
        }
    }

    private static byte[] Rented(ReadOnlySpan<byte> bytes)
    {
        var array = ArrayPool<byte>.Shared.Rent(bytes.Length);
        bytes.CopyTo(array);
        return array;
    }

    internal sealed record Head(
        Build Build, string File, string FileUrl, int Generation, DateOnly IndexDay, int Ordinal, long FirstLine, int FirstPart,
        int Length, int Count, long CarriedTime, ulong HashHigh, ulong HashLow, long RawBytes)
    {
        public static Head Of(Chunk chunk) => new(
            chunk.Log.Build, chunk.Log.File, chunk.Log.FileUrl, chunk.Log.Generation, chunk.Log.IndexDay, chunk.Ordinal, chunk.FirstLine,
            chunk.FirstPart, chunk.Length, chunk.Count, chunk.CarriedTime, chunk.Hash.High, chunk.Hash.Low, chunk.RawBytes);

        public Chunk ToChunk(byte[] text, int[] ends, long[] times, byte[] flags) => new(
            new(Build, File, FileUrl, Generation, IndexDay), Ordinal, FirstLine, FirstPart, Length, Count, text, ends, times, flags)
        {
            CarriedTime = CarriedTime,
            Hash = new(HashHigh, HashLow),
            RawBytes = RawBytes,
        };
    }
}
