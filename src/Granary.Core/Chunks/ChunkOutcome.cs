namespace Granary.Core.Chunks;

/// <summary>What became of a chunk that was written; only then may it be acknowledged.</summary>
/// <param name="Id">The chunk.</param>
/// <param name="Result">What the index did.</param>
/// <param name="Refused">Entries that went to the dead-letter record; 0 unless <see cref="ChunkResult.Refused"/>.</param>
/// <param name="Reason">Why entries were refused, or why the write failed; null otherwise.</param>
public readonly record struct ChunkOutcome(ChunkId Id, ChunkResult Result, int Refused = 0, string? Reason = null);
