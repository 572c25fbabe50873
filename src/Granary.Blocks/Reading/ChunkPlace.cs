using Granary.Blocks.Format;

namespace Granary.Blocks.Reading;

/// <summary>A chunk of a log, and the segment that holds it. A class: generic code over it is then compiled ahead.</summary>
/// <param name="Segment">The segment.</param>
/// <param name="Chunk">The chunk's entry there.</param>
/// <param name="Candidate">Its block can hold an answer.</param>
internal sealed record ChunkPlace(SegmentReader Segment, ChunkEntry Chunk, bool Candidate);
