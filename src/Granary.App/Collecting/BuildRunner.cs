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
    private readonly Random jitter = new(options.Seed);

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
            return await IngestAsync(pending, source, masker, cancellation);
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

    private async Task<bool> IngestAsync(PendingBuild pending, ICiSource source, Masker masker, CancellationToken cancellation)
    {
        var ingest = new BuildIngest(pending, source, state, index, channel, masker, options.Ingest, meters, time);
        try
        {
            await ReadAsync(ingest, cancellation);
            var receipt = await ingest.SettleAsync(cancellation);
            counts.AddReceipt(receipt);
            tell(new CollectEvent.BuildDone(receipt));
            return true;
        }
        catch (LogChangedException)
        {
            await state.SavePendingAsync(BuildIngest.NextGeneration(ingest.Pending), cancellation);
            return false;
        }
        catch (IndexUnavailableException e)
        {
            await DelayAsync(ingest.Pending, e.Message, options.IndexPause, cancellation);
            return false;
        }
        catch (CiException e)
        {
            return await FailAsync(ingest.Pending, e.Message, e.RetryAfter, cancellation);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested && e is not StateUnavailableException)
        {
            // A build that trips over a fault of ours must not stop the others; its receipt will name the fault.
            return await FailAsync(ingest.Pending, $"{e.GetType().Name}: {e.Message}", null, cancellation);
        }
    }

    private async Task ReadAsync(BuildIngest ingest, CancellationToken cancellation)
    {
        await permits.WaitAsync(cancellation);
        try
        {
            using var reading = channel.BeginReading();
            await ingest.ReadAsync(cancellation);
        }
        finally
        {
            permits.Release();
        }
    }

    private async Task<bool> FailAsync(PendingBuild pending, string reason, TimeSpan? pause, CancellationToken cancellation)
    {
        var failed = pending with { Attempts = pending.Attempts + 1 };
        if (failed.Attempts < options.MaxAttempts)
        {
            await DelayAsync(failed, reason, pause ?? BackOff(failed.Attempts), cancellation);
            return false;
        }

        // Nothing half-read stays searchable: a failed build holds no lines until a repair reads it again.
        await index.DeleteOlderGenerationsAsync(failed.Build.Key, failed.Generation + 1, failed.IndexDay, cancellation);
        var receipt = new Receipt
        {
            Build = failed.Build,
            Status = ReceiptStatus.Failed,
            Reasons = [reason],
            Generation = failed.Generation,
            Attempts = failed.Attempts,
            IndexDay = failed.IndexDay,
            NormaliserVersion = failed.NormaliserVersion,
            MaskingVersion = failed.MaskingVersion,
            WrittenAt = time.GetUtcNow(),
        };
        await state.CompleteAsync(receipt, cancellation);
        counts.AddReceipt(receipt);
        tell(new CollectEvent.BuildDone(receipt));
        return true;
    }

    private async Task DelayAsync(PendingBuild pending, string reason, TimeSpan pause, CancellationToken cancellation)
    {
        var delayed = pending with { ReadBefore = true, LastError = reason, NextTry = time.GetUtcNow() + pause };
        await state.SavePendingAsync(delayed, cancellation);
        counts.AddDelayed();
        tell(new CollectEvent.BuildDelayed(delayed));
    }

    /// <summary>Doubled each time up to the cap, and between half and the whole of that, so that failures spread out.</summary>
    private TimeSpan BackOff(int attempts)
    {
        var doubled = options.RetryBase * Math.Pow(2, Math.Min(attempts - 1, 20));
        lock (jitter)
        {
            return (doubled < options.RetryCap ? doubled : options.RetryCap) * (0.5 + (jitter.NextDouble() / 2));
        }
    }
}
