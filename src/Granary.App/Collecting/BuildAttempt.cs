using Granary.Core.Lines;
using Granary.Core.Masking;
using Granary.Core.Model;
using Granary.Core.Ports;
using Granary.Core.Streams;

namespace Granary.App.Collecting;

/// <summary>
/// One attempt at a pending build: its receipt, or a row that says when to try again, or at the end of all attempts a receipt
/// that says why. The same in every host.
/// </summary>
public sealed class BuildAttempt(
    IStateStore state, IIndexWriter index, IChunkChannel channel, CollectorOptions options, IngestMeters meters, TimeProvider time,
    Random jitter, CollectorCounts counts, Action<CollectEvent> tell)
{
    /// <summary>Readings that may find another content before there is a pause between them.</summary>
    private const int ChangesAtOnce = 3;

    /// <summary>Reads the build and settles it.</summary>
    /// <param name="pending">The build's row.</param>
    /// <param name="source">Reads it.</param>
    /// <param name="masker">Masks its secrets.</param>
    /// <param name="enter">Waits for a permit to read; disposing the answer gives it back.</param>
    /// <param name="cancellation">Ends it where it is; the row stays.</param>
    /// <returns>The receipt, or null where the build stays pending.</returns>
    /// <exception cref="StateUnavailableException">Nothing could be stored; the row stands as it was.</exception>
    public async Task<Receipt?> RunAsync(
        PendingBuild pending, ICiSource source, Masker masker, Func<CancellationToken, Task<IDisposable>> enter,
        CancellationToken cancellation)
    {
        var ingest = new BuildIngest(pending, source, state, index, channel, masker, options.Ingest, meters, time);
        try
        {
            using (await enter(cancellation))
            {
                await ingest.ReadAsync(cancellation);
            }

            var receipt = await ingest.SettleAsync(cancellation);
            counts.AddReceipt(receipt);
            tell(new CollectEvent.BuildDone(receipt));
            return receipt;
        }
        catch (LogChangedException e)
        {
            return await ReadAnewAsync(ingest.Pending, e.Message, cancellation);
        }
        catch (IndexUnavailableException e)
        {
            return await DelayAsync(ingest.Pending, e.Message, options.IndexPause, cancellation);
        }
        catch (CiException e)
        {
            return await FailAsync(ingest.Pending, e.Message, e.RetryAfter, cancellation);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested && e is not (StateUnavailableException or LeaseLostException))
        {
            // A build that trips over a fault of ours must not stop the others; its receipt will name the fault.
            return await FailAsync(ingest.Pending, $"{e.GetType().Name}: {e.Message}", null, cancellation);
        }
    }

    /// <summary>At once, but not for ever: a log that never stands still, or an index that never holds what it took, is a failure.</summary>
    private async Task<Receipt?> ReadAnewAsync(PendingBuild pending, string reason, CancellationToken cancellation)
    {
        var next = BuildIngest.NextGeneration(pending);
        if (pending.Attempts >= ChangesAtOnce)
        {
            return await FailAsync(next, reason, null, cancellation);
        }

        await state.SavePendingAsync(next with { Attempts = pending.Attempts + 1, LastError = reason }, cancellation);
        return null;
    }

    private async Task<Receipt?> FailAsync(PendingBuild pending, string reason, TimeSpan? pause, CancellationToken cancellation)
    {
        var failed = pending with { Attempts = pending.Attempts + 1 };
        if (failed.Attempts < options.MaxAttempts)
        {
            var (backOff, asked) = (BackOff(failed.Attempts), options.Heeded(pause));
            return await DelayAsync(failed, reason, asked > backOff ? asked : backOff, cancellation);
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
        return receipt;
    }

    private async Task<Receipt?> DelayAsync(PendingBuild pending, string reason, TimeSpan pause, CancellationToken cancellation)
    {
        var delayed = pending with { ReadBefore = true, LastError = reason, NextTry = time.GetUtcNow() + pause };
        await state.SavePendingAsync(delayed, cancellation);
        counts.AddDelayed();
        tell(new CollectEvent.BuildDelayed(delayed));
        return null;
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
