using Granary.Blocks.Format;
using Granary.Core.Chunks;

namespace Granary.Blocks.Writing;

/// <summary>A chunk on its way into a segment: what its entry will say, but for its place, and what its block must know of it.</summary>
/// <param name="Log">Its log.</param>
/// <param name="Entry">Block and offset are set when the block is written.</param>
/// <param name="Severities">A bit for each severity of an entry.</param>
/// <param name="FirstTime">Earliest time of an entry; after <paramref name="LastTime"/> where none has one.</param>
/// <param name="LastTime">Latest time of an entry.</param>
/// <param name="Untimed">There are entries without a time.</param>
internal sealed record PendingChunk(
    LogIdentity Log, ChunkEntry Entry, byte Severities, long FirstTime, long LastTime, bool Untimed)
{
    public static PendingChunk Of(Chunk chunk)
    {
        byte severities = 0;
        var continuations = new List<int>();
        var flags = chunk.Flags;
        for (var index = 0; index < flags.Length; index++)
        {
            severities |= (byte)(1 << (flags[index] & Chunk.SeverityBits & 7));
            if ((flags[index] & Chunk.ContinuesLine) != 0)
            {
                continuations.Add(index);
            }
        }

        var (first, last, untimed) = TimesOf(chunk.Times);
        var entry = new ChunkEntry
        {
            Ordinal = chunk.Ordinal,
            Block = -1,
            Offset = 0,
            Length = chunk.Length,
            Count = chunk.Count,
            FirstLine = chunk.FirstLine,
            FirstPart = chunk.FirstPart,
            CarriedTime = chunk.CarriedTime,
            Hash = chunk.Hash,
            Continuations = [.. continuations],
        };
        return new PendingChunk(chunk.Log, entry, severities, first, last, untimed);
    }

    private static (long First, long Last, bool Untimed) TimesOf(ReadOnlySpan<long> times)
    {
        var (first, last, untimed) = (long.MaxValue, long.MinValue, false);
        foreach (var time in times)
        {
            if (time == Chunk.NoTime)
            {
                untimed = true;
                continue;
            }

            first = Math.Min(first, time);
            last = Math.Max(last, time);
        }

        return (first, last, untimed);
    }
}
