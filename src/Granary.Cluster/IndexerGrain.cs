using Granary.Core.Chunks;
using Granary.Core.Ports;
using Microsoft.Extensions.Logging;
using Orleans.Streams;
using Orleans.Streams.Core;

namespace Granary.Cluster;

/// <inheritdoc cref="IIndexerGrain"/>
/// <remarks>
/// It hands chunks to its silo's index writer, where the chunks of all its partitions share batches, and acknowledges those that
/// are durable to the grains of their builds. What it cannot hand on it forgets: the sender sends it again.
/// </remarks>
[ImplicitStreamSubscription(ChunkEvent.Streams)]
public sealed partial class IndexerGrain(SiloWork work, TimeProvider time, ILogger<IndexerGrain> log)
    : Grain, IIndexerGrain, IStreamSubscriptionObserver, IAsyncObserver<ChunkEvent>
{
    /// <summary>How long a chunk waits for room before it is forgotten; less than a stream waits for its delivery.</summary>
    private static readonly TimeSpan RoomWait = TimeSpan.FromSeconds(10);

    private readonly HashSet<SentChunk> onTheirWay = [];
    private readonly RecentOutcomes recent = new();
    private readonly Dictionary<(string Sender, long Epoch), List<Acknowledgement>> outcomes = [];
    private bool sending;

    /// <inheritdoc/>
    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => handleFactory.Create<ChunkEvent>().ResumeAsync(this);

    /// <inheritdoc/>
    public async Task OnNextAsync(ChunkEvent item, StreamSequenceToken? token = null)
    {
        var sent = item.Sent;
        if (recent.TryFind(sent, out var known))
        {
            // The acknowledgement was lost, or the chunk was sent again before it came.
            await AcknowledgeAsync(item, known);
            return;
        }

        if (onTheirWay.Contains(sent) || Unpack(item) is not { } chunk)
        {
            return;
        }

        onTheirWay.Add(sent);
        using var patience = new CancellationTokenSource(RoomWait, time);
        try
        {
            var outcome = await work.Channel.PublishAsync(chunk, patience.Token);
            _ = WriteAsync(item, outcome);
        }
        catch (Exception e) when (e is OperationCanceledException or InvalidOperationException)
        {
            onTheirWay.Remove(sent);
        }
    }

    /// <inheritdoc/>
    public Task OnCompletedAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public Task OnErrorAsync(Exception ex)
    {
        LogStream(log, this.GetPrimaryKeyString(), ex);
        return Task.CompletedTask;
    }

    private Chunk? Unpack(ChunkEvent item)
    {
        try
        {
            return ChunkCodec.Unpack(item.Packed);
        }
        catch (FormatException e)
        {
            LogDamaged(log, item.Sender, e.Message);
            return null;
        }
    }

    private async Task WriteAsync(ChunkEvent item, Task<ChunkOutcome> writing)
    {
        Acknowledgement outcome;
        try
        {
            using var queued = work.BeginWriting();
            outcome = Acknowledgement.Of(await writing);
            recent.Add(item.Sent, outcome);
        }
        catch (IndexUnavailableException)
        {
            return;
        }
        finally
        {
            onTheirWay.Remove(item.Sent);
        }

        await AcknowledgeAsync(item, outcome);
    }

    private async Task AcknowledgeAsync(ChunkEvent item, Acknowledgement outcome)
    {
        var sender = (item.Sender, item.Epoch);
        if (!outcomes.TryGetValue(sender, out var list))
        {
            outcomes[sender] = list = [];
        }

        list.Add(outcome);
        if (!sending)
        {
            await SendAsync();
        }
    }

    /// <summary>One call a build, with all that was written since the last.</summary>
    private async Task SendAsync()
    {
        sending = true;
        try
        {
            // Outcomes of one batch come one after the other: let them gather.
            await Task.Yield();
            while (outcomes.Count > 0)
            {
                var lots = outcomes.ToList();
                outcomes.Clear();
                await Task.WhenAll(lots.Select(lot => GrainFactory.GetGrain<IBuildGrain>(lot.Key.Sender).AcknowledgeAsync(lot.Key.Epoch, [.. lot.Value])));
            }
        }
        catch (Exception e) when (e is OrleansException or TimeoutException)
        {
            // Lost acknowledgements: their chunks are sent again.
            LogStream(log, this.GetPrimaryKeyString(), e);
        }
        finally
        {
            sending = false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Stream {stream} stumbled; chunks not acknowledged are sent again")]
    private static partial void LogStream(ILogger log, string stream, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "A chunk of {sender} is damaged: {reason}")]
    private static partial void LogDamaged(ILogger log, string sender, string reason);
}
