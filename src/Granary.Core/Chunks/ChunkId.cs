using Granary.Core.Model;

namespace Granary.Core.Chunks;

/// <summary>What names a chunk: the log (build, file and generation) and its number therein, from 0.</summary>
public readonly record struct ChunkId(Id96 Log, int Ordinal);
