using Granary.Core.Chunks;
using Granary.Core.Model;

namespace Granary.Blocks.Writing;

/// <summary>A segment being filled or sealed, and who waits for it.</summary>
internal sealed class Batch(OpenSegment segment) : IDisposable
{
    private readonly Dictionary<ChunkId, ContentHash> chunks = [];
    private readonly List<(WriteSession Session, ChunkOutcome Outcome)> waiting = [];

    public OpenSegment Segment => segment;

    /// <summary>Seals the segment in time; set when its first chunk comes.</summary>
    public ITimer? Timer { get; set; }

    /// <summary>If the chunk is in the batch, lets <paramref name="session"/> wait for it as well.</summary>
    public bool TryJoin(WriteSession session, Chunk chunk)
    {
        if (!chunks.TryGetValue(chunk.Id, out var hash))
        {
            return false;
        }

        session.Expect();
        waiting.Add((session, new ChunkOutcome(chunk.Id, hash == chunk.Hash ? ChunkResult.Held : ChunkResult.Conflict)));
        return true;
    }

    public void Add(WriteSession session, Chunk chunk)
    {
        session.Expect();
        chunks.Add(chunk.Id, chunk.Hash);
        waiting.Add((session, new ChunkOutcome(chunk.Id, ChunkResult.Stored)));
    }

    public void Answer()
    {
        foreach (var (session, outcome) in waiting)
        {
            session.Answer(outcome);
        }
    }

    public void Fail(Exception error)
    {
        foreach (var session in waiting.Select(one => one.Session).Distinct())
        {
            session.Fail(error);
        }
    }

    public void Dispose()
    {
        Timer?.Dispose();
        segment.Dispose();
    }
}
