using Granary.Core.Chunks;

namespace Granary.Core.Ports;

/// <summary>
/// Carries chunks to an index writer and brings their outcomes back. The transport below it may lose, double and reorder: an
/// implementation sends again until the chunk's outcome is known.
/// </summary>
public interface IChunkChannel
{
    /// <summary>
    /// Takes ownership of a chunk as soon as there is room for it (back-pressure) and returns the task of its outcome, which
    /// faults with <see cref="IndexUnavailableException"/> where the index can take nothing now.
    /// </summary>
    ValueTask<Task<ChunkOutcome>> PublishAsync(Chunk chunk, CancellationToken cancellation);

    /// <summary>Says that the caller can send nothing more until outcomes come: a batch need not wait for more of it.</summary>
    void Hurry();
}
