using Granary.App.Collecting;
using Granary.App.Reporting;
using Granary.Core.Ports;
using Granary.Output;

namespace Granary.Composition;

/// <summary>One run of a collector with its once-a-second report.</summary>
internal sealed class CollectRun(Collector collector, RunReporter reporter, IStateStore state)
{
    private volatile bool started;

    /// <summary>Null while it collects, else what is wrong.</summary>
    public string? Health() => !started ? "starting" : collector.IndexOutage is { } outage ? $"the index takes nothing: {outage}" : null;

    /// <summary>Runs to the end, or until cancelled.</summary>
    /// <returns>As <see cref="Collector.RunAsync"/>.</returns>
    public async Task<bool> RunAsync(CollectDisplay display, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var reporting = reporter.RunAsync(stop.Token);
        var showing = display.ShowAsync(ProgressAsync, stop.Token);
        started = true;
        try
        {
            return await collector.RunAsync(cancellation);
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(reporting, showing).ContinueWith(_ => { }, TaskScheduler.Default);
            reporter.Sample();
            display.Finish(await ProgressAsync(CancellationToken.None));
        }
    }

    private async Task<CollectProgress> ProgressAsync(CancellationToken cancellation)
    {
        var (pending, lag) = (0, (TimeSpan?)null);
        foreach (var source in await state.ReadSourcesAsync(cancellation))
        {
            var cursor = await state.ReadCursorAsync(source.Id, cancellation);
            pending += cursor.Pending;
            var late = cursor.NewestSeen - cursor.NewestIndexed;
            lag = late is not null && (lag is null || late > lag) ? late : lag;
        }

        return new(reporter.Latest ?? reporter.Sample(), pending, lag);
    }
}
