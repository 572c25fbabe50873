using Granary.App.Collecting;
using Granary.Core.Ports;
using Granary.Elastic;

namespace Granary.Composition;

/// <summary>Deletes an engine's indices of old days, when a collector or a silo starts and then every hour.</summary>
/// <remarks>Each silo does it: what another has deleted already is not missed.</remarks>
internal sealed class EngineRetention(ElasticIndexWriter index, ElasticOptions engine, IStateStore state) : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    private readonly CancellationTokenSource stop = new();
    private Task repeating = Task.CompletedTask;

    /// <summary>Does it once, and goes on in the background; nothing where no retention is set.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        if (engine.RetentionDays is not null)
        {
            await ApplyAsync(cancellation);
            repeating = RepeatAsync(stop.Token);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await repeating.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }

    private async Task RepeatAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Interval);
        while (await timer.WaitForNextTickAsync(cancellation))
        {
            try
            {
                await ApplyAsync(cancellation);
            }
            catch (Exception e) when (!cancellation.IsCancellationRequested)
            {
                // Whatever it was: one that ends without a word would let the disk fill.
                await Console.Error.WriteLineAsync($"granary: old lines could not be deleted: {e.Message}; trying again in an hour");
            }
        }
    }

    private async Task ApplyAsync(CancellationToken cancellation)
    {
        var expiry = new ReceiptExpiry(state, TimeProvider.System);
        var reason = $"its lines were deleted: older than {engine.RetentionDays} days";
        var deleted = await index.ApplyRetentionAsync((first, cancel) => expiry.ExpireAsync(first, reason, cancel), cancellation);
        foreach (var day in deleted)
        {
            await Console.Error.WriteLineAsync($"granary: the lines of {day:yyyy-MM-dd} were deleted: they are older than {engine.RetentionDays} days");
        }
    }
}
