using Granary.Core.Chunks;

namespace Granary.Elastic.Writing;

/// <summary>How many documents of a chunk the engine has yet to decide on. Requests that share a chunk count it down together.</summary>
internal sealed class ChunkProgress(Chunk chunk, int documents, Action<ChunkOutcome> done)
{
    private int open = documents;
    private int refused;
    private string? reason;

    internal LogIdentity Log { get; } = chunk.Log;

    internal ChunkId Id { get; } = chunk.Id;

    /// <summary>These many documents are durable.</summary>
    internal void Stored(int count)
    {
        if (Interlocked.Add(ref open, -count) == 0)
        {
            done(new ChunkOutcome(Id, refused == 0 ? ChunkResult.Stored : ChunkResult.Refused, refused, reason));
        }
    }

    /// <summary>One document is in the dead letters, durably.</summary>
    internal void Refused(string why)
    {
        Interlocked.CompareExchange(ref reason, why, null);
        Interlocked.Increment(ref refused);
        Stored(1);
    }
}
