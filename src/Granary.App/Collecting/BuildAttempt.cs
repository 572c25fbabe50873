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
    Random jitter, Action<CollectEvent> tell)
{
    /// <summary>Readings that may find another content before there is a pause between them.</summary>
    private const int ChangesAtOnce = 3;

    private readonly BuildGiveUp giveUp = new(state, index, time);

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
        Receipt? receipt;
        try
        {
            using (await enter(cancellation))
            {
                await ingest.ReadAsync(cancellation);
            }

            return Done(await ingest.SettleAsync(cancellation));
        }
        catch (LogChangedException e)
        {
            receipt = await ReadAnewAsync(ingest, e.Message, cancellation);
        }
        catch (IndexUnavailableException e)
        {
            receipt = await DelayAsync(ingest.Pending, e.Message, options.IndexPause, cancellation);
        }
        catch (UnreadableBuildException e)
        {
            receipt = await GiveUpAsync(ingest, Failed(ingest.Pending), e.Message, e.Gone, cancellation);
        }
        catch (CiException e)
        {
            receipt = await FailAsync(ingest, ingest.Pending, e.Message, e.RetryAfter, cancellation);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested && e is not (StateUnavailableException or LeaseLostException))
        {
            // A build that trips over a fault of ours must not stop the others; its receipt will name the fault.
            receipt = await FailAsync(ingest, ingest.Pending, $"{e.GetType().Name}: {e.Message}", null, cancellation);
        }

        // The next reading must not meet chunks of this one.
        await ingest.AbandonAsync(cancellation);
        return receipt;
    }

    /// <summary>At once, but not for ever: a log that never stands still, or an index that never holds what it took, is a failure.</summary>
    private async Task<Receipt?> ReadAnewAsync(BuildIngest ingest, string reason, CancellationToken cancellation)
    {
        var attempts = ingest.Pending.Attempts;
        var next = BuildIngest.NextGeneration(ingest.Pending);
        if (attempts >= ChangesAtOnce)
        {
            return await FailAsync(ingest, next, reason, null, cancellation);
        }

        await state.SavePendingAsync(next with { Attempts = attempts + 1, LastError = reason }, cancellation);
        return null;
    }

    private async Task<Receipt?> FailAsync(
        BuildIngest ingest, PendingBuild pending, string reason, TimeSpan? pause, CancellationToken cancellation)
    {
        var failed = Failed(pending);
        if (failed.Attempts >= options.MaxAttempts)
        {
            return await GiveUpAsync(ingest, failed, reason, gone: false, cancellation);
        }

        var (backOff, asked) = (BackOff(failed.Attempts), options.Heeded(pause));
        return await DelayAsync(failed, reason, asked > backOff ? asked : backOff, cancellation);
    }

    private async Task<Receipt> GiveUpAsync(
        BuildIngest ingest, PendingBuild failed, string reason, bool gone, CancellationToken cancellation)
    {
        // What is still on its way would be held after the deletion.
        await ingest.AbandonAsync(cancellation);
        return Done(await giveUp.SettleAsync(failed, reason, gone, cancellation));
    }

    private Receipt Done(Receipt receipt)
    {
        tell(new CollectEvent.BuildDone(receipt));
        return receipt;
    }

    private async Task<Receipt?> DelayAsync(PendingBuild pending, string reason, TimeSpan pause, CancellationToken cancellation)
    {
        var delayed = pending with { ReadBefore = true, LastError = reason, NextTry = time.GetUtcNow() + pause };
        await state.SavePendingAsync(delayed, cancellation);
        tell(new CollectEvent.BuildDelayed(delayed));
        return null;
    }

    private static PendingBuild Failed(PendingBuild pending) => pending with { Attempts = pending.Attempts + 1 };

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
