using Granary.App.Collecting;
using Granary.Core.Model;
using Granary.Core.Ports;
using Granary.Core.Streams;
using Microsoft.Extensions.Logging;
using Orleans.Streams;

namespace Granary.Cluster;

/// <summary>One attempt at a build under a lease, on the thread pool beside its grain. Keeps the lease, and ends where it is lost.</summary>
internal sealed partial class BuildRun : IDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly LeasedBuild leased;
    private readonly ClusterParts parts;
    private readonly ClusterOptions options;
    private readonly SourceReaders readers;
    private readonly SiloWork work;
    private readonly IGrainFactory grains;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly IAsyncStream<ChunkEvent> stream;
    private string sender = "";

    public BuildRun(
        LeasedBuild leased, ClusterParts parts, ClusterOptions options, SourceReaders readers, SiloWork work, IStreamProvider streams,
        IGrainFactory grains, TimeProvider time, ILogger log)
    {
        (this.leased, this.parts, this.options, this.readers, this.work) = (leased, parts, options, readers, work);
        (this.grains, this.time, this.log) = (grains, time, log);
        var partition = BuildGrainKey.Partition(leased.Lease.Build, options.Partitions);
        stream = streams.GetStream<ChunkEvent>(StreamId.Create(ChunkEvent.Streams, partition));
        Channel = new(SendAsync, new(), work.Transport, time);
    }

    public long Epoch => leased.Lease.Epoch;

    public ResendingChunkChannel Channel { get; }

    public Task Completion { get; private set; } = Task.CompletedTask;

    public bool Ended => Completion.IsCompleted;

    public void Start(string key)
    {
        sender = key;
        Completion = Task.Run(RunAsync);
    }

    /// <summary>Ends it where it is; the build stays pending.</summary>
    public void Stop() => stop.Cancel();

    /// <inheritdoc/>
    public void Dispose() => stop.Dispose();

    private async Task RunAsync()
    {
        using var running = work.BeginBuild();
        try
        {
            await AttemptAsync();
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped, or the lease was lost.
        }
        catch (LeaseLostException e)
        {
            LogEnded(log, leased.Lease.Build, e.Message);
        }
        catch (Exception e)
        {
            // Nothing could be stored, so the row stands as it was; without a pause it would be leased again at once.
            LogEnded(log, leased.Lease.Build, e is StateUnavailableException or IndexUnavailableException ? e.Message : e.ToString());
            await Task.Delay(work.Collecting.IndexPause, time, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            await stop.CancelAsync();
            await HandBackAsync();
        }
    }

    private async Task AttemptAsync()
    {
        if (await readers.FindAsync(leased.Lease.Build.Source, stop.Token) is not { } reader)
        {
            return;
        }

        var beside = Task.WhenAll(Channel.RunAsync(stop.Token), KeepLeaseAsync(reader));
        var attempt = new BuildAttempt(
            parts.Leases.Under(leased.Lease), parts.Index, Channel, work.Collecting, work.Ingest, time, Random.Shared, _ => { });
        await attempt.RunAsync(leased.Pending, reader.Source, reader.MaskerOf(), EnterAsync, stop.Token);
        await stop.CancelAsync();
        await beside.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private Task<IDisposable> EnterAsync(CancellationToken cancellation) => work.EnterAsync(leased.Lease.Build.Source, cancellation);

    private Task SendAsync(ChunkParcel parcel, CancellationToken cancellation) =>
        parts.AroundSending(parcel, () => stream.OnNextAsync(
            new(sender, Epoch, parcel.Id.Log.High, parcel.Id.Log.Low, parcel.Id.Ordinal, parcel.Packed)));

    private async Task KeepLeaseAsync(SourceReaders.Reader reader)
    {
        using var timer = new PeriodicTimer(options.LeaseDuration / 4, time);
        while (await timer.WaitForNextTickAsync(stop.Token))
        {
            try
            {
                // A source that was changed, paused or removed is read no further; the build stays pending.
                if ((await readers.FindAsync(leased.Lease.Build.Source, stop.Token))?.Text != reader.Text
                    || !await parts.Leases.RenewAsync(leased.Lease, options.LeaseDuration, stop.Token))
                {
                    await stop.CancelAsync();
                }
            }
            catch (StateUnavailableException)
            {
                // Renewed at the next tick, if nobody else has got it by then; writes are fenced anyway.
            }
        }
    }

    private async Task HandBackAsync()
    {
        try
        {
            await parts.Leases.ReleaseAsync(leased.Lease, CancellationToken.None);
            await grains.GetGrain<ISourceGrain>(leased.Lease.Build.Source).BuildEndedAsync();
        }
        catch (Exception e)
        {
            // The lease runs out, and the source looks again by itself.
            LogEnded(log, leased.Lease.Build, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Build {build} was left: {reason}")]
    private static partial void LogEnded(ILogger log, BuildKey build, string reason);
}
