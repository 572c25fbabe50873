using System.Buffers;
using Granary.Core.Model;

namespace Granary.Core.Chunks;

/// <summary>
/// Consecutive whole entries of one log file: the unit of streaming, back-pressure, acknowledgement and storage. An entry is a
/// line, or one part of at most <see cref="MaxEntryBytes"/> of a longer line. Owns its pooled memory; whoever holds it
/// disposes it, and ownership moves with it.
/// </summary>
public sealed class Chunk : IDisposable
{
    /// <summary>Most normalised bytes in a chunk, line ends included.</summary>
    public const int MaxBytes = 256 * 1024;

    /// <summary>Most entries in a chunk; bounds the side tables where lines are short.</summary>
    public const int MaxEntries = 16 * 1024;

    /// <summary>Most bytes of an entry, its line end not included.</summary>
    public const int MaxEntryBytes = 32 * 1024;

    /// <summary>The time of an entry before which no time was seen.</summary>
    public const long NoTime = long.MinValue;

    /// <summary>In <see cref="Flags"/>: the entry continues the line of the entry before it.</summary>
    public const byte ContinuesLine = 0x80;

    /// <summary>In <see cref="Flags"/>: the bits that hold the <see cref="Severity"/>.</summary>
    public const byte SeverityBits = 0x0f;

    private byte[]? text;
    private int[]? ends;
    private long[]? times;
    private byte[]? flags;

    /// <summary>Takes ownership of four arrays rented from <see cref="ArrayPool{T}.Shared"/>.</summary>
    public Chunk(LogIdentity log, int ordinal, long firstLine, int firstPart, int length, int count,
        byte[] text, int[] ends, long[] times, byte[] flags)
    {
        (Log, Ordinal, FirstLine, FirstPart, Length, Count) = (log, ordinal, firstLine, firstPart, length, count);
        (this.text, this.ends, this.times, this.flags) = (text, ends, times, flags);
    }

    public LogIdentity Log { get; }

    /// <summary>The chunk's number in its file, from 0.</summary>
    public int Ordinal { get; }

    public ChunkId Id => new(Log.Id, Ordinal);

    /// <summary>The first entry's line number, from 1.</summary>
    public long FirstLine { get; }

    /// <summary>The first entry's part: 0 unless the chunk begins inside a long line.</summary>
    public int FirstPart { get; }

    /// <summary>Bytes of <see cref="Text"/>.</summary>
    public int Length { get; }

    /// <summary>Entries.</summary>
    public int Count { get; }

    /// <summary>Normalised UTF-8; each entry is followed by one LF and holds none.</summary>
    public ReadOnlyMemory<byte> Text => Live(text).AsMemory(0, Length);

    /// <summary>For each entry the offset of its LF in <see cref="Text"/>.</summary>
    public ReadOnlySpan<int> Ends => Live(ends).AsSpan(0, Count);

    /// <summary>For each entry its own or carried time, in nanoseconds since 1970 UTC, or <see cref="NoTime"/>.</summary>
    public ReadOnlySpan<long> Times => Live(times).AsSpan(0, Count);

    /// <summary>For each entry its <see cref="Severity"/> and <see cref="ContinuesLine"/>.</summary>
    public ReadOnlySpan<byte> Flags => Live(flags).AsSpan(0, Count);

    /// <summary>The time carried into the chunk, from which <see cref="Times"/> follows; or <see cref="NoTime"/>.</summary>
    public long CarriedTime { get; init; } = NoTime;

    /// <summary>The hash of <see cref="Text"/>.</summary>
    public ContentHash Hash { get; init; }

    /// <summary>Where reading can resume after this chunk; null where more state than that is carried.</summary>
    public Checkpoint? Resume { get; init; }

    /// <summary>Decoded bytes of the log that this chunk was made from.</summary>
    public long RawBytes { get; init; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Return(ref text);
        Return(ref ends);
        Return(ref times);
        Return(ref flags);
    }

    private static void Return<T>(ref T[]? array)
    {
        if (Interlocked.Exchange(ref array, null) is { } rented)
        {
            ArrayPool<T>.Shared.Return(rented);
        }
    }

    private T[] Live<T>(T[]? array) => array ?? throw new ObjectDisposedException(nameof(Chunk), $"{Log.File} #{Ordinal}");
}
