using System.Threading.Channels;
using Granary.Core.Chunks;
using Granary.Core.Model;
using Granary.Elastic.Http;

namespace Granary.Elastic.Writing;

/// <summary>Encodes chunks into batches and has them sent, a bounded number at a time. Calls beside one another share the bound.</summary>
internal sealed class BulkPump(ElasticClient client, IndexNames names, OwnIndices indices, BulkSender sender) : IDisposable
{
    private const int MostKnownLogs = 100_000;

    /// <summary>Batches in memory: those under way and one being filled.</summary>
    private readonly SemaphoreSlim batches = new(client.Options.MaxInFlight + 1);
    private readonly Lock gate = new();
    private readonly HashSet<Id96> knownLogs = [];
    private readonly HashSet<string> touched = [];
    private TaskCompletionSource hurry = NewSignal();

    /// <summary>The indices in which something was stored.</summary>
    internal IReadOnlyList<string> Touched
    {
        get
        {
            lock (gate)
            {
                return [.. touched];
            }
        }
    }

    /// <summary>Partial batches are sent now.</summary>
    internal void Hurry() => Interlocked.Exchange(ref hurry, NewSignal()).TrySetResult();

    public void Dispose() => batches.Dispose();

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Writes all chunks; completes the outcomes after the last, or with what ended it.</summary>
    internal async Task PumpAsync(IAsyncEnumerable<Chunk> chunks, ChannelWriter<ChunkOutcome> outcomes, CancellationTokenSource stop)
    {
        var sending = new List<Task>();
        Exception? failure = null;
        try
        {
            await EncodeAsync(chunks, outcomes, sending, stop).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            failure = exception;
            await stop.CancelAsync().ConfigureAwait(false);
        }

        try
        {
            await Task.WhenAll(sending).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // The first that failed for a reason of its own tells why; the others were only stopped.
            failure = sending.Where(task => task.IsFaulted).Select(task => task.Exception!.InnerException).FirstOrDefault() ?? failure;
        }

        outcomes.TryComplete(failure);
    }

    private async Task EncodeAsync(
        IAsyncEnumerable<Chunk> chunks, ChannelWriter<ChunkOutcome> outcomes, List<Task> sending, CancellationTokenSource stop)
    {
        var encoder = new BulkEncoder(names);
        var filling = new FillingBatch();
        var carried = new HashSet<Id96>();
        var input = chunks.GetAsyncEnumerator(stop.Token);
        try
        {
            for (var next = input.MoveNextAsync().AsTask(); ;)
            {
                var signal = Volatile.Read(ref hurry).Task;
                if (!next.IsCompleted && filling.Batch is not null)
                {
                    await Task.WhenAny(next, signal, Task.Delay(client.Options.Linger, client.Time, stop.Token)).ConfigureAwait(false);
                    if (!next.IsCompleted)
                    {
                        Launch(filling, sending, stop);
                    }
                }

                if (!await next.ConfigureAwait(false))
                {
                    break;
                }

                using (var chunk = input.Current)
                {
                    await AddAsync(chunk, IsNew(chunk.Log.Id, carried), encoder, filling, outcomes, sending, stop).ConfigureAwait(false);
                }

                next = input.MoveNextAsync().AsTask();
                if (signal.IsCompleted)
                {
                    Launch(filling, sending, stop);
                }
            }

            Launch(filling, sending, stop);
        }
        finally
        {
            if (filling.Batch is { } unsent)
            {
                unsent.Dispose();
                batches.Release();
            }

            await input.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task AddAsync(Chunk chunk, bool isNewLog, BulkEncoder encoder, FillingBatch filling, ChannelWriter<ChunkOutcome> outcomes,
        List<Task> sending, CancellationTokenSource stop)
    {
        var log = chunk.Log;
        if (isNewLog)
        {
            await indices.EnsureAsync(names.Builds, stop.Token).ConfigureAwait(false);
            await indices.EnsureAsync(encoder.IndexOf(log), stop.Token).ConfigureAwait(false);
        }

        var limit = sender.BatchBytes;
        if (chunk.Count == 0 && !isNewLog)
        {
            outcomes.TryWrite(new ChunkOutcome(chunk.Id, ChunkResult.Stored));
            return;
        }

        var carriesLog = isNewLog;
        var owner = new ChunkProgress(chunk, chunk.Count + (carriesLog ? 1 : 0), outcome =>
        {
            Remember(carriesLog ? log.Id : null, encoder.IndexOf(log));
            outcomes.TryWrite(outcome);
        });
        for (var entry = 0; entry < chunk.Count || isNewLog;)
        {
            if (filling.Batch is null)
            {
                await batches.WaitAsync(stop.Token).ConfigureAwait(false);
                filling.Batch = new BulkBatch(encoder.IndexOf(log));
            }

            if (isNewLog)
            {
                BuildDocuments.AddLog(filling.Batch, names, log, owner);
                isNewLog = false;
            }

            entry = encoder.Write(chunk, entry, filling.Batch, owner, limit);
            if (filling.Batch.Body.Length >= limit)
            {
                Launch(filling, sending, stop);
            }
        }
    }

    private void Launch(FillingBatch filling, List<Task> sending, CancellationTokenSource stop)
    {
        if (filling.Batch is { } batch)
        {
            filling.Batch = null;
            sending.RemoveAll(task => task.IsCompletedSuccessfully);
            sending.Add(Task.Run(() => SendAsync(batch, stop), CancellationToken.None));
        }
    }

    private async Task SendAsync(BulkBatch batch, CancellationTokenSource stop)
    {
        try
        {
            await sender.SendAsync(batch, stop.Token).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // What is being read and sent beside it ends too; the exception is the caller's.
            await stop.CancelAsync().ConfigureAwait(false);
            throw;
        }
        finally
        {
            batches.Release();
        }
    }

    /// <summary>True where a chunk must bring its log's document: none did that is durable, or that is on its way in the same call.</summary>
    private bool IsNew(Id96 log, HashSet<Id96> carried)
    {
        if (carried.Count >= MostKnownLogs)
        {
            carried.Clear();
        }

        lock (gate)
        {
            return !knownLogs.Contains(log) && carried.Add(log);
        }
    }

    /// <param name="carried">The log whose document is durable now; null: other chunks than that which brings it say nothing of it.</param>
    /// <param name="index">Where the chunk went.</param>
    private void Remember(Id96? carried, string index)
    {
        lock (gate)
        {
            touched.Add(index);
            if (carried is not { } log)
            {
                return;
            }

            if (knownLogs.Count >= MostKnownLogs)
            {
                knownLogs.Clear();
            }

            knownLogs.Add(log);
        }
    }

    /// <summary>The batch being filled; it holds one of the slots that bound memory.</summary>
    private sealed class FillingBatch
    {
        internal BulkBatch? Batch { get; set; }
    }
}
