using Granary.Core.Chunks;

namespace Granary.Cluster;

/// <summary>A chunk as one reading found it: sent any number of times, it is the same bytes.</summary>
internal readonly record struct SentChunk(ChunkId Id, long Epoch);
