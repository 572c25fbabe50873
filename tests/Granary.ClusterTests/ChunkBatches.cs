using System.Runtime.CompilerServices;
using Granary.Core.Chunks;

namespace Granary.ClusterTests;

/// <summary>Chunks in batches, as the indices of these tests write them: so many, or fewer when hurried or after some time.</summary>
internal sealed class ChunkBatches
{
    private const int BatchChunks = 16;

    /// <summary>Who hurries cannot know which chunks were taken already: the others must not wait for ever.</summary>
    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(250);

    private TaskCompletionSource hurry = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Hurry() => Volatile.Read(ref hurry).TrySetResult();

    /// <summary>Whoever takes a batch disposes its chunks.</summary>
    public async IAsyncEnumerable<List<Chunk>> ReadAsync(
        IAsyncEnumerable<Chunk> chunks, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var input = chunks.GetAsyncEnumerator(reading.Token);
        var batch = new List<Chunk>();
        var next = input.MoveNextAsync().AsTask();
        var linger = Task.CompletedTask;
        try
        {
            while (true)
            {
                var hurried = Volatile.Read(ref hurry).Task;
                if (batch.Count == 0 || (batch.Count < BatchChunks && !hurried.IsCompleted && !linger.IsCompleted))
                {
                    await (batch.Count == 0 ? (Task)next : Task.WhenAny(next, hurried, linger));
                    if (next.IsCompleted)
                    {
                        if (!await next)
                        {
                            break;
                        }

                        linger = batch.Count == 0 ? Task.Delay(Linger, cancellation) : linger;
                        batch.Add(input.Current);
                        next = input.MoveNextAsync().AsTask();
                        continue;
                    }
                }

                Interlocked.Exchange(ref hurry, new(TaskCreationOptions.RunContinuationsAsynchronously));
                yield return batch;
                batch = [];
            }

            yield return batch;
        }
        finally
        {
            // The input cannot be disposed of while it is asked for its next chunk.
            await reading.CancelAsync();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await input.DisposeAsync();
        }
    }
}
