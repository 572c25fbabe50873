using System.Collections.Concurrent;
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
    TimeProvider time, Action<CollectEvent> tell)
{
    private readonly ConcurrentDictionary<BuildKey, byte> begun = new();
    private readonly BuildAttempt attempt = new(state, index, channel, options, meters, time, new(options.Seed), tell);
    private int inFlight;

    /// <summary>Permits to read builds, of all sources.</summary>
    public ReadPermits Permits { get; } = new(options.ReadPermits);

    /// <summary>Builds of one source that may wait for a permit.</summary>
    public int Ahead => options.BuildsAhead;

    /// <summary>Builds that wait for a permit, are being read or settling.</summary>
    public int InFlight => Volatile.Read(ref inFlight);

    /// <summary>
    /// Brings one build as far as it comes, with the permit that <paramref name="entering"/> gives, and changes the row of
    /// <paramref name="pending"/> in the end.
    /// </summary>
    /// <returns>Whether the row is gone: the build has a receipt.</returns>
    public async Task<bool> RunAsync(
        PendingBuild pending, ICiSource source, Func<Masker> masker, Task<IDisposable> entering, CancellationToken cancellation)
    {
        Interlocked.Increment(ref inFlight);
        // A reading that was stopped, or whose end could not be stored, has left its row as if there had been none.
        var row = begun.TryAdd(pending.Build.Key, 0) ? pending : pending with { ReadBefore = true };
        try
        {
            var receipt = await attempt.RunAsync(row, source, masker(), _ => BeginAsync(entering), cancellation);
            begun.TryRemove(pending.Build.Key, out _);
            return receipt is not null;
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            // Nothing could be stored, so the row stands as it was; without a pause it would be started again at once.
            tell(new CollectEvent.BuildDelayed(pending with { LastError = e.Message }));
            await Task.Delay(options.IndexPause, time, cancellation);
            return false;
        }
        finally
        {
            Interlocked.Decrement(ref inFlight);
            _ = entering.ContinueWith(
                entered => entered.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
        }
    }

    private async Task<IDisposable> BeginAsync(Task<IDisposable> entering) => new Reading(await entering, channel.BeginReading());

    private sealed class Reading(IDisposable permit, IDisposable reading) : IDisposable
    {
        public void Dispose()
        {
            reading.Dispose();
            permit.Dispose();
        }
    }
}
