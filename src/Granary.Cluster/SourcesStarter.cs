using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Granary.Cluster;

/// <summary>Every silo sees to it, now and then, that the cluster looks after its sources.</summary>
internal sealed partial class SourcesStarter(IGrainFactory grains, TimeProvider time, ILogger<SourcesStarter> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                await grains.GetGrain<ISourcesGrain>(0).EnsureAsync();
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogLater(log, e.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The cluster's sources are looked after later: {reason}")]
    private static partial void LogLater(ILogger log, string reason);
}
