using Granary.Blocks.Format;

namespace Granary.Blocks.Reading;

/// <summary>A chunk of a log, and the segment that holds it.</summary>
/// <param name="Segment">The segment.</param>
/// <param name="Chunk">The chunk's entry there.</param>
/// <param name="Candidate">Its block can hold an answer.</param>
internal readonly record struct ChunkPlace(SegmentReader Segment, ChunkEntry Chunk, bool Candidate);
