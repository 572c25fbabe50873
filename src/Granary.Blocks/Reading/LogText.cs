using Granary.Core.Chunks;

namespace Granary.Blocks.Reading;

/// <summary>A log's chunks that a search has found, in ascending order, over all segments.</summary>
internal sealed class LogText(LogIdentity log, IReadOnlyList<ChunkPlace> places)
{
    public LogIdentity Log => log;

    public IReadOnlyList<ChunkPlace> Places => places;

    public static LogText Of(LogIdentity log, IEnumerable<ChunkPlace> places)
    {
        var distinct = new List<ChunkPlace>();
        foreach (var place in places.OrderBy(place => place.Chunk.Ordinal))
        {
            if (distinct.Count == 0 || distinct[^1].Chunk.Ordinal != place.Chunk.Ordinal)
            {
                distinct.Add(place);
            }
        }

        return new LogText(log, distinct);
    }

    /// <summary>True if the chunk at <paramref name="index"/> goes on with the line that ends the one before.</summary>
    public bool Continues(int index) =>
        index > 0 && index < places.Count && places[index].Chunk.FirstPart > 0 &&
        places[index].Chunk.Ordinal == places[index - 1].Chunk.Ordinal + 1;

    /// <summary>True if a chunk begins inside a line whose start is not among the places.</summary>
    public bool LacksStart() => places.Where((place, index) => place.Chunk.FirstPart > 0 && !Continues(index)).Any();

    public ChunkView Open(BlockCache cache, int index) => new(cache, places[index], log);
}
