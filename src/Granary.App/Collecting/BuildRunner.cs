using System.Collections.Concurrent;
using Granary.Core.Lines;
using Granary.Core.Masking;
using Granary.Core.Model;
using Granary.Core.Ports;
using Granary.Core.Streams;

namespace Granary.App.Collecting;

/// <summary>
/// Brings pending builds to their receipts: many in flight, fewer being read at once, so that builds which only wait for the
/// index to flush hold no reading permit.
/// </summary>
internal sealed class BuildRunner(
    IStateStore state, IIndexWriter index, InProcessChunkChannel channel, CollectorOptions options, IngestMeters meters,
    TimeProvider time, CollectorCounts counts, Action<CollectEvent> tell) : IDisposable
{
    private readonly SemaphoreSlim permits = new(options.ReadPermits);
    private readonly ConcurrentDictionary<BuildKey, byte> inFlight = new();
    private readonly BuildAttempt attempt = new(state, index, channel, options, meters, time, new(options.Seed), counts, tell);

    /// <summary>Builds being read or settling.</summary>
    public int InFlight => inFlight.Count;

    /// <summary>The keys of the builds in flight.</summary>
    public IReadOnlySet<BuildKey> Keys => inFlight.Keys.ToHashSet();

    /// <summary>
    /// Starts one build; it runs on by itself and changes <paramref name="pending"/>'s row in the end. The answer tells whether
    /// the row is gone: it has a receipt.
    /// </summary>
    public Task<bool> StartAsync(PendingBuild pending, ICiSource source, Masker masker, CancellationToken cancellation)
    {
        inFlight[pending.Build.Key] = 0;
        return Task.Run(() => RunAsync(pending, source, masker, cancellation), CancellationToken.None);
    }

    /// <inheritdoc/>
    public void Dispose() => permits.Dispose();

    private async Task<bool> RunAsync(PendingBuild pending, ICiSource source, Masker masker, CancellationToken cancellation)
    {
        try
        {
            return await attempt.RunAsync(pending, source, masker, EnterAsync, cancellation) is not null;
        }
        catch (Exception e) when (e is StateUnavailableException or IndexUnavailableException)
        {
            // Nothing could be stored, so the row stands as it was; without a pause it would be started again at once.
            tell(new CollectEvent.BuildDelayed(pending with { LastError = e.Message }));
            await Task.Delay(options.IndexPause, time, cancellation);
            return false;
        }
        finally
        {
            inFlight.TryRemove(pending.Build.Key, out _);
        }
    }

    private async Task<IDisposable> EnterAsync(CancellationToken cancellation)
    {
        await permits.WaitAsync(cancellation);
        return new Permit(permits, channel.BeginReading());
    }

    private sealed class Permit(SemaphoreSlim permits, IDisposable reading) : IDisposable
    {
        public void Dispose()
        {
            reading.Dispose();
            permits.Release();
        }
    }
}
