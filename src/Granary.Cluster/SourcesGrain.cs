using Granary.Core.Ports;
using Microsoft.Extensions.Logging;
using Orleans.Storage;

namespace Granary.Cluster;

/// <inheritdoc cref="ISourcesGrain"/>
public sealed partial class SourcesGrain(SourceReaders readers, ILogger<SourcesGrain> log) : Grain, ISourcesGrain
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly HashSet<string> followed = [];

    /// <inheritdoc/>
    public Task EnsureAsync() => Task.CompletedTask;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        this.RegisterGrainTimer(FollowAsync, new GrainTimerCreationOptions(TimeSpan.Zero, Interval) { KeepAlive = true });
        return Task.CompletedTask;
    }

    private async Task FollowAsync(CancellationToken cancellation)
    {
        try
        {
            var sources = await readers.ListAsync(cancellation);
            followed.IntersectWith(sources.Select(source => source.Id));
            foreach (var source in sources.Where(source => !followed.Contains(source.Id)))
            {
                // From here on the source's own reminder revives it.
                await GrainFactory.GetGrain<ISourceGrain>(source.Id).FollowAsync();
                followed.Add(source.Id);
            }
        }
        catch (Exception e) when (e is StateUnavailableException or TimeoutException or OrleansException and not InconsistentStateException)
        {
            LogLater(log, e);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Sources are looked for again later")]
    private static partial void LogLater(ILogger log, Exception exception);
}
