using System.Numerics;

namespace Granary.Blocks.Format;

/// <summary>
/// How the blocks of a term are written: gamma of their count, then (of these or of the blocks left out, whichever are fewer)
/// a bitmap or Rice-coded gaps, whichever is shorter for that count.
/// </summary>
internal static class Postings
{
    public static void Write(BitSink sink, ReadOnlySpan<ulong> pairs, int blockCount)
    {
        var count = pairs.Length;
        sink.Gamma((uint)count);
        var inverted = count > blockCount - count;
        var listed = inverted ? blockCount - count : count;
        var parameter = Parameter(listed, blockCount);
        if (listed == 1 && !inverted)
        {
            sink.Bits((uint)pairs[0], Width(blockCount));
        }
        else if (UsesBitmap(listed, parameter, blockCount))
        {
            WriteBitmap(sink, pairs, blockCount);
        }
        else if (inverted)
        {
            WriteMissing(sink, pairs, blockCount, parameter);
        }
        else
        {
            WriteGaps(sink, pairs, parameter);
        }
    }

    /// <summary>Reads one list into <paramref name="target"/>, or over it where there is none.</summary>
    public static void Read(ref BitSource source, int blockCount, BlockSet? target)
    {
        var count = (int)Math.Min(source.Gamma(), int.MaxValue);
        if (count > blockCount)
        {
            throw new InvalidDataException("a term has more blocks than the segment");
        }

        var inverted = count > blockCount - count;
        var listed = inverted ? blockCount - count : count;
        var parameter = Parameter(listed, blockCount);
        if (listed == 1 && !inverted)
        {
            Add(target, source.Bits(Width(blockCount)), blockCount);
        }
        else if (UsesBitmap(listed, parameter, blockCount))
        {
            ReadBitmap(ref source, blockCount, target);
        }
        else
        {
            ReadGaps(ref source, blockCount, target, listed, parameter, inverted);
        }
    }

    /// <summary>The parameter of the Rice code that is shortest for <paramref name="count"/> values spread over a range.</summary>
    public static int Parameter(int count, long range) =>
        count == 0 ? 0 : BitOperations.Log2((ulong)Math.Max(1, range * 69 / 100 / count));

    private static int Width(int blockCount) => blockCount <= 1 ? 0 : BitOperations.Log2((uint)blockCount - 1) + 1;

    private static bool UsesBitmap(int listed, int parameter, int blockCount) => (long)listed * (parameter + 2) >= blockCount;

    private static void WriteBitmap(BitSink sink, ReadOnlySpan<ulong> pairs, int blockCount)
    {
        var next = 0;
        for (var start = 0; start < blockCount; start += 32)
        {
            var word = 0u;
            for (; next < pairs.Length && (uint)pairs[next] < start + 32; next++)
            {
                word |= 1u << (int)((uint)pairs[next] - start);
            }

            sink.Bits(word, Math.Min(32, blockCount - start));
        }
    }

    private static void WriteGaps(BitSink sink, ReadOnlySpan<ulong> pairs, int parameter)
    {
        var from = 0u;
        foreach (var pair in pairs)
        {
            sink.Rice((uint)pair - from, parameter);
            from = (uint)pair + 1;
        }
    }

    private static void WriteMissing(BitSink sink, ReadOnlySpan<ulong> pairs, int blockCount, int parameter)
    {
        var (from, next) = (0u, 0);
        for (var block = 0u; block < blockCount; block++)
        {
            if (next < pairs.Length && (uint)pairs[next] == block)
            {
                next++;
                continue;
            }

            sink.Rice(block - from, parameter);
            from = block + 1;
        }
    }

    private static void ReadBitmap(ref BitSource source, int blockCount, BlockSet? target)
    {
        if (target is null)
        {
            source.Skip(blockCount);
            return;
        }

        for (var start = 0; start < blockCount; start += 32)
        {
            target.AddWord(start, source.Bits(Math.Min(32, blockCount - start)));
        }
    }

    private static void ReadGaps(ref BitSource source, int blockCount, BlockSet? target, int listed, int parameter, bool inverted)
    {
        if (inverted)
        {
            target?.AddAll();
        }

        var from = 0L;
        for (var index = 0; index < listed; index++)
        {
            var block = from + source.Rice(parameter);
            if (block >= blockCount)
            {
                throw new InvalidDataException("a term names a block that is not there");
            }

            if (inverted)
            {
                target?.Remove((int)block);
            }
            else
            {
                target?.Add((int)block);
            }

            from = block + 1;
        }
    }

    private static void Add(BlockSet? target, uint block, int blockCount)
    {
        if (block >= blockCount)
        {
            throw new InvalidDataException("a term names a block that is not there");
        }

        target?.Add((int)block);
    }
}
