using Granary.Core.Model;

namespace Granary.Blocks.Format;

/// <summary>A chunk in a segment: where its text lies, and what cannot be told from the text.</summary>
internal sealed record ChunkEntry
{
    public required int Ordinal { get; init; }

    public required int Block { get; init; }

    /// <summary>Of its text in the block's lines.</summary>
    public required int Offset { get; init; }

    public required int Length { get; init; }

    /// <summary>Entries.</summary>
    public required int Count { get; init; }

    public required long FirstLine { get; init; }

    public required int FirstPart { get; init; }

    public required long CarriedTime { get; init; }

    public required ContentHash Hash { get; init; }

    /// <summary>Numbers of the entries that continue the line before them, ascending.</summary>
    public int[] Continuations { get; init; } = [];

    public void Write(ByteSink sink, int ordinalBefore, int blockBefore)
    {
        sink.Signed((long)Ordinal - ordinalBefore);
        sink.Signed((long)Block - blockBefore);
        sink.Unsigned((ulong)Offset);
        sink.Unsigned((ulong)Length);
        sink.Unsigned((ulong)Count);
        sink.Unsigned((ulong)FirstLine);
        sink.Unsigned((ulong)FirstPart);
        sink.Fixed64((ulong)CarriedTime);
        Hash.Write(sink.Reserve(ContentHash.Size));
        sink.Unsigned((ulong)Continuations.Length);
        var from = 0;
        foreach (var entry in Continuations)
        {
            sink.Unsigned((ulong)(entry - from));
            from = entry;
        }
    }

    public static ChunkEntry Read(ref ByteSource source, int ordinalBefore, int blockBefore, int blockCount)
    {
        var ordinal = ordinalBefore + source.Signed();
        var block = blockBefore + source.Signed();
        if (ordinal is < 0 or > int.MaxValue || block < 0 || block >= blockCount)
        {
            throw new InvalidDataException("a chunk names a block that is not there");
        }

        var entry = new ChunkEntry
        {
            Ordinal = (int)ordinal,
            Block = (int)block,
            Offset = source.Count(SegmentFormat.MaxBlockBytes),
            Length = source.Count(SegmentFormat.MaxBlockBytes),
            Count = source.Count(Core.Chunks.Chunk.MaxBytes),
            FirstLine = (long)source.Unsigned(),
            FirstPart = source.Count(int.MaxValue),
            CarriedTime = (long)source.Fixed64(),
            Hash = ContentHash.Read(source.Raw(ContentHash.Size)),
        };
        if (entry.Offset + entry.Length > SegmentFormat.MaxBlockBytes)
        {
            throw new InvalidDataException("a chunk does not lie in its block");
        }

        return entry with { Continuations = ReadContinuations(ref source, entry.Count) };
    }

    private static int[] ReadContinuations(ref ByteSource source, int count)
    {
        var continuations = new int[source.Count(Math.Min(count, source.Left))];
        var from = 0;
        for (var index = 0; index < continuations.Length; index++)
        {
            continuations[index] = from += source.Count(count - from);
        }

        return continuations;
    }
}
