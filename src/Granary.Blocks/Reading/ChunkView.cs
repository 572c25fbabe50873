using Granary.Core.Chunks;
using Granary.Core.Lines;
using Granary.Core.Model;
using Granary.Core.Search;

namespace Granary.Blocks.Reading;

/// <summary>A chunk's lines in memory. Entries are known by their number in the chunk; nothing is parsed before it is asked for.</summary>
internal sealed class ChunkView : IDisposable
{
    private readonly CachedBlock block;
    private readonly ChunkPlace place;
    private readonly TimeReader timeReader;
    private int[]? ends;
    private int timedEntry = -1;
    private long timedAt;

    /// <exception cref="Exception">The block is damaged, see <see cref="Format.SegmentDamageException.Tells"/>.</exception>
    public ChunkView(BlockCache cache, ChunkPlace place, LogIdentity log)
    {
        (this.place, Log) = (place, log);
        timeReader = new TimeReader(log.Build.FinishedAt);
        block = cache.Take(place.Segment, place.Chunk.Block);
        timedAt = place.Chunk.CarriedTime;
    }

    public LogIdentity Log { get; }

    /// <summary>The chunk's number in its log.</summary>
    public int Ordinal => place.Chunk.Ordinal;

    public int Count => place.Chunk.Count;

    public ReadOnlySpan<byte> Text => block.Lines.AsSpan(place.Chunk.Offset, place.Chunk.Length);

    /// <summary>Entries that continue the line before them, ascending.</summary>
    public ReadOnlySpan<int> Continuations => place.Chunk.Continuations;

    public ReadOnlySpan<byte> this[int entry] => Text[StartOf(entry)..EndOf(entry)];

    /// <summary>Offset of the entry's line end in <see cref="Text"/>.</summary>
    public int EndOf(int entry) => (ends ??= FindEnds())[entry];

    public int StartOf(int entry) => entry == 0 ? 0 : EndOf(entry - 1) + 1;

    /// <summary>The entry in which an offset of <see cref="Text"/> lies.</summary>
    public int EntryAt(int offset)
    {
        var found = Array.BinarySearch(ends ??= FindEnds(), offset);
        return found >= 0 ? found : ~found;
    }

    public bool IsContinuation(int entry) => place.Chunk.Continuations.AsSpan().BinarySearch(entry) >= 0;

    public long NumberOf(int entry)
    {
        var found = place.Chunk.Continuations.AsSpan().BinarySearch(entry);
        var upTo = found >= 0 ? found + 1 : ~found;
        var own = upTo - (Continuations is [0, ..] && upTo > 0 ? 1 : 0);
        return place.Chunk.FirstLine + entry - own;
    }

    public int PartOf(int entry)
    {
        var part = 0;
        for (; entry > 0 && IsContinuation(entry); entry--)
        {
            part++;
        }

        return entry == 0 ? part + place.Chunk.FirstPart : part;
    }

    /// <summary>
    /// The entry's own or carried time. What a line says does not hang on what is carried, so it is looked for from the entry
    /// backwards, up to the last one asked for.
    /// </summary>
    public long TimeOf(int entry)
    {
        var stop = entry >= timedEntry ? timedEntry : -1;
        var time = stop >= 0 ? timedAt : place.Chunk.CarriedTime;
        for (var at = entry; at > stop; at--)
        {
            var own = IsContinuation(at) ? Chunk.NoTime : timeReader.Read(this[at], Chunk.NoTime);
            if (own != Chunk.NoTime)
            {
                time = own;
                break;
            }
        }

        (timedEntry, timedAt) = (entry, time);
        return time;
    }

    public Severity SeverityOf(int entry) => IsContinuation(entry) ? Severity.None : SeverityReader.Of(this[entry]);

    /// <summary>A copy of the entry that outlives the view.</summary>
    public LogLine ToLine(int entry) =>
        new(Log.File, NumberOf(entry), PartOf(entry), this[entry].ToArray(), TimeOf(entry), SeverityOf(entry));

    public void Dispose() => BlockCache.Release(block);

    private int[] FindEnds()
    {
        var found = new int[Count];
        var text = Text;
        var position = 0;
        for (var entry = 0; entry < found.Length; entry++)
        {
            var length = text[position..].IndexOf((byte)'\n');
            if (length < 0)
            {
                throw new InvalidDataException($"chunk {place.Chunk.Ordinal} of {Log.File} has fewer lines than it says");
            }

            found[entry] = position + length;
            position += length + 1;
        }

        return found;
    }
}
