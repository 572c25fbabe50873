using System.Collections.Concurrent;
using Granary.Core.Chunks;
using Granary.Core.Ports;

namespace Granary.Core.Streams;

/// <summary>
/// Chunks handed over by a transport that may lose, double and reorder them: each is kept, packed, until its outcome is known,
/// and sent again when that takes too long. Any transport will do that takes bytes; outcomes come back by
/// <see cref="Acknowledge"/>, in any order and any number of times.
/// </summary>
/// <param name="send">Hands a parcel to the transport; where it throws, the parcel is taken for lost.</param>
/// <param name="rules">When to send again.</param>
/// <param name="meters">Measure the packing and the sending.</param>
/// <param name="time">The clock of the waiting.</param>
public sealed class ResendingChunkChannel(
    Func<ChunkParcel, CancellationToken, Task> send, ResendRules rules, TransportMeters meters, TimeProvider time) : IChunkChannel
{
    private readonly ConcurrentDictionary<ChunkId, Waiting> waiting = new();
    private readonly Lock gate = new();
    private TaskCompletionSource roomMade = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long outstanding;
    private long resent;

    /// <summary>Parcels that were sent again.</summary>
    public long Resent => Interlocked.Read(ref resent);

    /// <inheritdoc/>
    public async ValueTask<Task<ChunkOutcome>> PublishAsync(Chunk chunk, CancellationToken cancellation)
    {
        var parcel = Pack(chunk);
        await TakeRoomAsync(parcel.Packed.Length, cancellation);
        var entry = new Waiting(parcel, time.GetTimestamp(), rules.FirstWait);
        if (!waiting.TryAdd(parcel.Id, entry))
        {
            GiveRoom(parcel.Packed.Length);
            throw new InvalidOperationException($"chunk {parcel.Id.Ordinal} of {parcel.Build} is on its way already");
        }

        await SendAsync(parcel, cancellation);
        return entry.Outcome.Task;
    }

    /// <inheritdoc/>
    public void Hurry()
    {
        // The other end sees for itself that nothing more comes.
    }

    /// <summary>Tells what became of a chunk; what is not waited for (any more) is ignored.</summary>
    public void Acknowledge(ChunkOutcome outcome)
    {
        if (waiting.TryRemove(outcome.Id, out var entry))
        {
            GiveRoom(entry.Parcel.Packed.Length);
            entry.Outcome.TrySetResult(outcome);
        }
    }

    /// <summary>Sends again what waits too long, until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(rules.Tick, time);
        while (await timer.WaitForNextTickAsync(cancellation))
        {
            foreach (var (_, entry) in waiting)
            {
                await LookAtAsync(entry, cancellation);
            }
        }
    }

    private async Task LookAtAsync(Waiting entry, CancellationToken cancellation)
    {
        if (time.GetElapsedTime(entry.FirstSent) >= rules.GiveUp)
        {
            if (waiting.TryRemove(entry.Parcel.Id, out _))
            {
                GiveRoom(entry.Parcel.Packed.Length);
                entry.Outcome.TrySetException(new IndexUnavailableException(
                    $"chunk {entry.Parcel.Id.Ordinal} of {entry.Parcel.Build} was not acknowledged within {rules.GiveUp}"));
            }
        }
        else if (time.GetElapsedTime(entry.LastSent) >= entry.Wait)
        {
            entry.SentAgain(time.GetTimestamp(), rules.LongestWait);
            Interlocked.Increment(ref resent);
            await SendAsync(entry.Parcel, cancellation);
        }
    }

    private ChunkParcel Pack(Chunk chunk)
    {
        using (chunk)
        using (meters.Compress.Busy())
        {
            var parcel = new ChunkParcel(chunk.Id, chunk.Log.Build.Key, ChunkCodec.Pack(chunk));
            meters.Compress.Passed(1, chunk.Length);
            return parcel;
        }
    }

    private async Task SendAsync(ChunkParcel parcel, CancellationToken cancellation)
    {
        using var busy = meters.Stream.Busy();
        try
        {
            await send(parcel, cancellation);
            meters.Stream.Passed(1, parcel.Packed.Length);
        }
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            // Lost, as any other: it is sent again after its wait.
        }
    }

    private async ValueTask TakeRoomAsync(int bytes, CancellationToken cancellation)
    {
        while (true)
        {
            Task made;
            lock (gate)
            {
                if (outstanding == 0 || outstanding + bytes <= rules.WindowBytes)
                {
                    outstanding += bytes;
                    return;
                }

                made = roomMade.Task;
            }

            using (meters.Stream.Blocked())
            {
                await made.WaitAsync(cancellation);
            }
        }
    }

    private void GiveRoom(int bytes)
    {
        TaskCompletionSource made;
        lock (gate)
        {
            outstanding -= bytes;
            (made, roomMade) = (roomMade, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        made.SetResult();
    }

    private sealed class Waiting(ChunkParcel parcel, long sent, TimeSpan wait)
    {
        public ChunkParcel Parcel { get; } = parcel;

        public TaskCompletionSource<ChunkOutcome> Outcome { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public long FirstSent { get; } = sent;

        public long LastSent { get; private set; } = sent;

        public TimeSpan Wait { get; private set; } = wait;

        public void SentAgain(long now, TimeSpan longest)
        {
            LastSent = now;
            Wait = Wait * 2 < longest ? Wait * 2 : longest;
        }
    }
}
