using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Granary.Core.Chunks;
using Granary.Core.Model;

namespace Granary.Core.Lines;

/// <summary>Fills chunks with the entries of one log's lines, in order. Every line is begun, given its text, and ended.</summary>
internal sealed class ChunkBuilder : IDisposable
{
    private const int FirstEntries = 2048;

    private readonly LogIdentity log;
    private readonly bool hash;
    private readonly TimeReader timeReader;
    private readonly Queue<Chunk> ready = new();

    private byte[]? text;
    private int[] ends = [];
    private long[] times = [];
    private byte[] flags = [];
    private int length;
    private int count;
    private long firstLine;
    private int firstPart;
    private long carriedIn;
    private long rawStart;

    private long time = Chunk.NoTime;
    private int part;
    private long lineStart;
    private bool lineResumable;
    private long lineBytes;

    public ChunkBuilder(LogIdentity log, LineRules rules, Checkpoint? from)
    {
        (this.log, hash, timeReader) = (log, rules.Hash, new TimeReader(rules.Reference));
        if (from is not null)
        {
            (Ordinal, Lines, Entries, Bytes) = (from.Ordinal, from.Line - 1, from.Entries, from.Bytes);
            (Chain, time, rawStart) = (from.Chain, from.Time, from.Offset);
        }
    }

    /// <summary>The next chunk's number.</summary>
    public int Ordinal { get; private set; }

    /// <summary>Lines ended; the line in work is the one after.</summary>
    public long Lines { get; private set; }

    public long Entries { get; private set; }

    public long Bytes { get; private set; }

    public ContentHash Chain { get; private set; }

    /// <summary>Decoded bytes fed so far: the most that a chunk cut inside a line can have been made from.</summary>
    public long Fed { get; set; }

    public bool TryTake([MaybeNullWhen(false)] out Chunk chunk) => ready.TryDequeue(out chunk);

    /// <summary>A line starts at this raw offset; <paramref name="resumable"/> where no state is carried into it.</summary>
    public void BeginLine(long offset, bool resumable) => (lineStart, lineResumable, lineBytes, part) = (offset, resumable, 0, 0);

    public void EndLine() => Lines++;

    /// <summary>Adds normalised text as entries; what was added to the line before is not joined with it.</summary>
    public void Add(ReadOnlySpan<byte> line)
    {
        do
        {
            var size = PartLength(line);
            AddEntry(line[..size]);
            line = line[size..];
        }
        while (!line.IsEmpty);
    }

    /// <summary>Bytes of the longest prefix that fits an entry and ends where a code point does.</summary>
    public static int PartLength(ReadOnlySpan<byte> line)
    {
        if (line.Length <= Chunk.MaxEntryBytes)
        {
            return line.Length;
        }

        var size = Chunk.MaxEntryBytes;
        while ((line[size] & 0xC0) == 0x80 && size > Chunk.MaxEntryBytes - 3)
        {
            size--;
        }

        return size;
    }

    /// <summary>True where an entry of so many bytes begins the next chunk.</summary>
    internal static bool IsFull(int length, int count, int entry) => length + entry >= Chunk.MaxBytes || count == Chunk.MaxEntries;

    /// <summary>Makes the last chunk. <paramref name="resumable"/>: the log ended with LF and no state is carried.</summary>
    public void Finish(long offset, bool resumable)
    {
        BeginLine(offset, resumable);
        if (count > 0)
        {
            Seal();
        }
    }

    private void AddEntry(ReadOnlySpan<byte> entry)
    {
        if (IsFull(length, count, entry.Length))
        {
            Seal();
        }

        if (count == 0)
        {
            Open();
        }
        else if (count == ends.Length)
        {
            Grow();
        }

        entry.CopyTo(text.AsSpan(length));
        length += entry.Length;
        ends[count] = length;
        text![length++] = (byte)'\n';
        if (part++ == 0)
        {
            time = timeReader.Read(entry, time);
            flags[count] = (byte)SeverityReader.Of(entry);
        }
        else
        {
            flags[count] = Chunk.ContinuesLine;
        }

        times[count++] = time;
        Entries++;
        lineBytes += entry.Length;
    }

    private void Open()
    {
        text ??= ArrayPool<byte>.Shared.Rent(Chunk.MaxBytes);
        if (ends.Length == 0)
        {
            ends = ArrayPool<int>.Shared.Rent(FirstEntries);
            times = ArrayPool<long>.Shared.Rent(FirstEntries);
            flags = ArrayPool<byte>.Shared.Rent(FirstEntries);
        }

        (firstLine, firstPart, carriedIn) = (Lines + 1, part, time);
    }

    private void Grow()
    {
        ends = Larger(ends);
        times = Larger(times);
        flags = Larger(flags);
    }

    private static T[] Larger<T>(T[] old)
    {
        var larger = ArrayPool<T>.Shared.Rent(old.Length * 2);
        old.CopyTo(larger, 0);
        ArrayPool<T>.Shared.Return(old);
        return larger;
    }

    private void Seal()
    {
        var content = hash ? ContentHash.Of(text.AsSpan(0, length)) : default;
        Chain = hash ? Chain.Then(content) : default;
        Bytes += length;
        var rawEnd = part == 0 ? lineStart : Math.Min(lineStart + lineBytes, Fed);
        var resume = part > 0 || !lineResumable ? null : new Checkpoint
        {
            Offset = lineStart,
            Ordinal = Ordinal + 1,
            Line = Lines + 1,
            Chain = Chain,
            Time = time,
            Bytes = Bytes,
            Entries = Entries,
        };
        ready.Enqueue(new Chunk(log, Ordinal++, firstLine, firstPart, length, count, text!, ends, times, flags)
        {
            CarriedTime = carriedIn,
            Hash = content,
            Resume = resume,
            RawBytes = Math.Max(0, rawEnd - rawStart),
        });
        rawStart = Math.Max(rawStart, rawEnd);
        (text, ends, times, flags, length, count) = (null, [], [], [], 0, 0);
    }

    public void Dispose()
    {
        while (ready.TryDequeue(out var chunk))
        {
            chunk.Dispose();
        }

        if (text is not null)
        {
            ArrayPool<byte>.Shared.Return(text);
            ArrayPool<int>.Shared.Return(ends);
            ArrayPool<long>.Shared.Return(times);
            ArrayPool<byte>.Shared.Return(flags);
            (text, ends, times, flags) = (null, [], [], []);
        }
    }
}
