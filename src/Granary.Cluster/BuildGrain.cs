using Microsoft.Extensions.Logging;

namespace Granary.Cluster;

/// <inheritdoc cref="IBuildGrain"/>
[Orleans.Placement.Immovable]
public sealed class BuildGrain(
    ClusterParts parts, ClusterOptions options, SourceReaders readers, SiloWork work, TimeProvider time, ILogger<BuildGrain> log)
    : Grain, IBuildGrain, IDisposable
{
    private BuildRun? run;

    /// <inheritdoc/>
    public Task<bool> StartAsync(BuildStart start)
    {
        if (work.Draining)
        {
            DeactivateOnIdle();
            return Task.FromResult(false);
        }

        var leased = start.ToLeased();
        if (run is null || run.Ended || run.Epoch < leased.Lease.Epoch)
        {
            // A run under an earlier lease can store nothing any more.
            run?.Stop();
            run = new(leased, parts, options, readers, work, this.GetStreamProvider(ChunkEvent.Streams), GrainFactory, time, log);
            run.Start(this.GetPrimaryKeyString());
            DelayDeactivation(Timeout.InfiniteTimeSpan);
            _ = EndWithAsync(run);
        }

        return Task.FromResult(true);
    }

    /// <summary>The grain is there for its run only: a source has more builds than memory has room for.</summary>
    private async Task EndWithAsync(BuildRun ending)
    {
        await ending.Completion.ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        if (ReferenceEquals(run, ending))
        {
            DeactivateOnIdle();
        }
    }

    /// <inheritdoc/>
    public Task AcknowledgeAsync(long epoch, Acknowledgement[] outcomes)
    {
        if (run is null || run.Ended)
        {
            DeactivateOnIdle();
            return Task.CompletedTask;
        }

        // Of an earlier reading: what is held may not be what this one read.
        foreach (var outcome in epoch == run.Epoch ? outcomes : [])
        {
            run.Channel.Acknowledge(outcome.ToOutcome());
        }

        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (run is not null)
        {
            run.Stop();
            await run.Completion.WaitAsync(TimeSpan.FromSeconds(5), time, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => run?.Dispose();
}
