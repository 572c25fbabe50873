using System.Threading.Channels;
using Granary.Core.Chunks;

namespace Granary.Blocks.Writing;

/// <summary>One caller's stream of chunks: what it waits for, and the outcomes it has not taken yet.</summary>
internal sealed class WriteSession : IDisposable
{
    // Bounds what is kept for a caller that does not take its outcomes; far above what two segments of small chunks hold.
    private const int MaxUnanswered = 128 * 1024;

    private readonly Channel<ChunkOutcome> outcomes = Channel.CreateUnbounded<ChunkOutcome>();
    private readonly SemaphoreSlim room = new(MaxUnanswered);
    private int unanswered;
    private bool ended;

    /// <summary>True while the caller's input has nothing to give, or has ended.</summary>
    public bool Waiting { get; set; }

    /// <summary>True once the input has ended.</summary>
    public bool Ended => ended;

    public ChannelReader<ChunkOutcome> Outcomes => outcomes.Reader;

    public Task WaitForRoomAsync(CancellationToken cancellation) => room.WaitAsync(cancellation);

    /// <summary>An outcome was handed to the caller.</summary>
    public void Took() => room.Release();

    /// <summary>A chunk was taken in.</summary>
    public void Expect() => Interlocked.Increment(ref unanswered);

    public void Answer(ChunkOutcome outcome)
    {
        outcomes.Writer.TryWrite(outcome);
        if (Interlocked.Decrement(ref unanswered) == 0 && Volatile.Read(ref ended))
        {
            outcomes.Writer.TryComplete();
        }
    }

    public void End()
    {
        Volatile.Write(ref ended, true);
        if (Volatile.Read(ref unanswered) == 0)
        {
            outcomes.Writer.TryComplete();
        }
    }

    public void Fail(Exception error) => outcomes.Writer.TryComplete(error);

    public void Dispose() => room.Dispose();
}
