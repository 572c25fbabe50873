using Granary.Core.Model;
using Granary.Core.Ports;
using Granary.Core.Streams;
using Microsoft.Extensions.Logging;
using Orleans.Storage;

namespace Granary.Cluster;

/// <inheritdoc cref="ISourcesGrain"/>
public sealed partial class SourcesGrain : Grain, ISourcesGrain, IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>
    /// A source paused and resumed between two looks has ended its grain and its reminder, and looks as if nothing had happened:
    /// so all are told again, now and then.
    /// </summary>
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(15);

    private readonly Dictionary<string, long> followed = [];
    private readonly SourceReaders readers;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly OrphanedBuilds orphans;
    private readonly CancellationTokenSource stop = new();
    private Task sweeping = Task.CompletedTask;

    public SourcesGrain(ClusterParts parts, SourceReaders readers, TimeProvider time, ILogger<SourcesGrain> log)
    {
        (this.readers, this.time, this.log) = (readers, time, log);
        orphans = new(parts.State, parts.Index, _ => Task.CompletedTask, reason => LogLater(log, "builds of removed sources", reason));
    }

    /// <inheritdoc/>
    public Task EnsureAsync() => Task.CompletedTask;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        this.RegisterGrainTimer(FollowAsync, new GrainTimerCreationOptions(TimeSpan.Zero, Interval) { KeepAlive = true });
        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => await stop.CancelAsync();

    /// <inheritdoc/>
    public void Dispose() => stop.Dispose();

    private async Task FollowAsync(CancellationToken cancellation)
    {
        try
        {
            var sources = await readers.ListAsync(cancellation);
            foreach (var gone in followed.Keys.Except(sources.Select(source => source.Id)).ToList())
            {
                followed.Remove(gone);
            }

            await Task.WhenAll(sources.Where(IsDue).Select(source => FollowAsync(source.Id)));
            sweeping = sweeping.IsCompleted ? Task.Run(SweepAsync, CancellationToken.None) : sweeping;
        }
        catch (StateUnavailableException e)
        {
            LogLater(log, "sources", e.Message);
        }
    }

    /// <summary>Beside the grain: builds of removed sources are taken out of the index once nobody has a lease of them.</summary>
    private async Task SweepAsync()
    {
        orphans.Renew();
        while (await orphans.ReadAsync(new HashSet<string>(), stop.Token) is { Count: > 0 } left)
        {
            await orphans.SweepAsync(left, stop.Token);
        }
    }

    private bool IsDue(SourceDefinition source) => !followed.TryGetValue(source.Id, out var at) || time.GetElapsedTime(at) >= Again;

    /// <summary>From here on the source's own reminder revives it. A source whose grain cannot be had fails alone.</summary>
    private async Task FollowAsync(string source)
    {
        try
        {
            await GrainFactory.GetGrain<ISourceGrain>(source).FollowAsync();
            followed[source] = time.GetTimestamp();
        }
        catch (Exception e) when (e is not InconsistentStateException)
        {
            LogLater(log, source, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Looked for again later: {what}: {reason}")]
    private static partial void LogLater(ILogger log, string what, string reason);
}
