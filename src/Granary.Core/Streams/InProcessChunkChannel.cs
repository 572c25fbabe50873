using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Granary.Core.Capacity;
using Granary.Core.Chunks;
using Granary.Core.Ports;

namespace Granary.Core.Streams;

/// <summary>
/// Chunks handed over within one process: a bounded queue in front of one index writer. While the index takes nothing, the queue
/// fills and its senders wait.
/// </summary>
public sealed class InProcessChunkChannel : IChunkChannel
{
    /// <summary>
    /// Chunks that wait for the writer: at most 4 MiB of text. The shared array pool keeps 32 arrays of a size a processor; with more
    /// chunks on their way it would drop their memory and make new.
    /// </summary>
    public const int Capacity = 16;

    private readonly IIndexWriter index;
    private readonly StageMeter meter;
    private readonly TimeProvider time;
    private readonly TimeSpan pause;
    private readonly Channel<Chunk> queue;
    private readonly ConcurrentDictionary<ChunkId, TaskCompletionSource<ChunkOutcome>> waiting = new();
    private int reading;

    /// <param name="index">Where the chunks go.</param>
    /// <param name="meter">Measures the writing.</param>
    /// <param name="time">The clock of the pause.</param>
    /// <param name="pause">How long to wait before an unavailable index is tried again.</param>
    public InProcessChunkChannel(IIndexWriter index, StageMeter meter, TimeProvider time, TimeSpan pause)
    {
        (this.index, this.meter, this.time, this.pause) = (index, meter, time, pause);
        queue = Channel.CreateBounded<Chunk>(new BoundedChannelOptions(Capacity) { SingleReader = true });
    }

    /// <summary>Told of every outage of the index and, with null, of its end.</summary>
    public Action<IndexUnavailableException?>? AvailabilityChanged { get; init; }

    /// <summary>
    /// Says that a build's logs are being read, until the result is disposed. When none is, all wait for outcomes, and the
    /// index is told so.
    /// </summary>
    public IDisposable BeginReading()
    {
        Interlocked.Increment(ref reading);
        return new Reading(this);
    }

    /// <inheritdoc/>
    public async ValueTask<Task<ChunkOutcome>> PublishAsync(Chunk chunk, CancellationToken cancellation)
    {
        var outcome = new TaskCompletionSource<ChunkOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        var id = chunk.Id;
        try
        {
            await EnterAsync(id, outcome, cancellation);
        }
        catch
        {
            chunk.Dispose();
            throw;
        }

        try
        {
            await queue.Writer.WriteAsync(chunk, cancellation);
        }
        catch
        {
            waiting.TryRemove(id, out _);
            chunk.Dispose();
            throw;
        }

        return outcome.Task;
    }

    /// <summary>
    /// A reading that was given up may have left the chunk on its way. It may have had another content: what became of it is waited
    /// for, and the index then judges this one.
    /// </summary>
    private async ValueTask EnterAsync(ChunkId id, TaskCompletionSource<ChunkOutcome> outcome, CancellationToken cancellation)
    {
        while (!waiting.TryAdd(id, outcome))
        {
            if (waiting.TryGetValue(id, out var earlier))
            {
                index.Hurry();
                await Task.WhenAny(earlier.Task).WaitAsync(cancellation);
            }
        }
    }

    /// <inheritdoc/>
    public void Hurry() => index.Hurry();

    /// <summary>Waits until it is known what became of every chunk that was published so far.</summary>
    public async Task SettleAsync(CancellationToken cancellation)
    {
        index.Hurry();
        await Task.WhenAll(waiting.Values.Select(outcome => Task.WhenAny(outcome.Task))).WaitAsync(cancellation);
    }

    /// <summary>Hands chunks to the index until cancelled; goes on after outages.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                await WriteUntilUnavailableAsync(cancellation);
                await Task.Delay(pause, time, cancellation);
            }
        }
        finally
        {
            queue.Writer.TryComplete();
            FailWaiting(new IndexUnavailableException("collecting was stopped"));
            while (queue.Reader.TryRead(out var chunk))
            {
                chunk.Dispose();
            }
        }
    }

    private async Task WriteUntilUnavailableAsync(CancellationToken cancellation)
    {
        var given = new ConcurrentDictionary<ChunkId, byte>();
        try
        {
            await foreach (var outcome in index.WriteAsync(ReadAsync(given, cancellation), cancellation))
            {
                given.TryRemove(outcome.Id, out _);
                if (waiting.TryRemove(outcome.Id, out var waiter))
                {
                    waiter.SetResult(outcome);
                }

                AvailabilityChanged?.Invoke(null);
            }
        }
        catch (IndexUnavailableException e)
        {
            AvailabilityChanged?.Invoke(e);
            foreach (var id in given.Keys)
            {
                if (waiting.TryRemove(id, out var waiter))
                {
                    waiter.SetException(e);
                }
            }
        }
    }

    private async IAsyncEnumerable<Chunk> ReadAsync(
        ConcurrentDictionary<ChunkId, byte> given, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var chunk in queue.Reader.ReadAllAsync(cancellation))
        {
            given[chunk.Id] = 0;
            meter.Passed(1, chunk.Length);
            using (meter.Busy())
            {
                yield return chunk;
            }
        }
    }

    private void FailWaiting(Exception reason)
    {
        foreach (var id in waiting.Keys)
        {
            if (waiting.TryRemove(id, out var waiter))
            {
                waiter.TrySetException(reason);
            }
        }
    }

    private sealed class Reading(InProcessChunkChannel channel) : IDisposable
    {
        public void Dispose()
        {
            if (Interlocked.Decrement(ref channel.reading) == 0)
            {
                channel.index.Hurry();
            }
        }
    }
}
