using Granary.Core.Model;
using Granary.Core.Ports;

namespace Granary.Core.Streams;

/// <summary>
/// The end of a build that could not be read. Nothing half-read stays searchable; but what an earlier reading left in the index stays
/// there with its receipt, which then names what came in the way. The order of effects: lines of the given-up reading gone, receipt.
/// </summary>
public sealed class BuildGiveUp(IStateStore state, IIndexWriter index, TimeProvider time)
{
    /// <summary>Settles the build; none of its chunks may be on the way to the index any more.</summary>
    /// <param name="pending">The build's row, the last failure counted.</param>
    /// <param name="reason">Why it could not be read.</param>
    /// <param name="gone">The CI does not have the logs any more.</param>
    /// <param name="cancellation">Ends it between two effects; the row stays.</param>
    /// <exception cref="IndexUnavailableException">The index can delete nothing now.</exception>
    public async Task<Receipt> SettleAsync(PendingBuild pending, string reason, bool gone, CancellationToken cancellation)
    {
        var earlier = await EarlierReadings.FindAsync(pending, state, index, cancellation);
        var receipt = earlier is null
            ? await FailAsync(pending, reason, cancellation)
            : await KeepAsync(pending, earlier, reason, gone, cancellation);
        await state.CompleteAsync(receipt, cancellation);
        return receipt;
    }

    private async Task<Receipt> KeepAsync(
        PendingBuild pending, Receipt earlier, string reason, bool gone, CancellationToken cancellation)
    {
        var key = pending.Build.Key;
        await index.DeleteGenerationsAsync(key, earlier.Generation + 1, pending.Generation, pending.IndexDay, cancellation);
        if (ReferenceEquals(earlier, pending.Held))
        {
            // Its turn to remove what is older had come when a crash came.
            await index.DeleteOlderGenerationsAsync(key, earlier.Generation, pending.IndexDay, cancellation);
        }

        var said = $"could not be read again, the earlier lines are kept: {reason}";
        var receipt = earlier with
        {
            Build = pending.Build,
            Reasons = [.. earlier.Reasons.Where(before => before != earlier.GivenUp?.Reason), said],
            Attempts = pending.Attempts,
            WrittenAt = time.GetUtcNow(),
            GivenUp = new(pending.Generation, said, gone),
        };
        await index.PutReceiptAsync(receipt, cancellation);
        return receipt;
    }

    private async Task<Receipt> FailAsync(PendingBuild pending, string reason, CancellationToken cancellation)
    {
        await index.DeleteOlderGenerationsAsync(pending.Build.Key, pending.Generation + 1, pending.IndexDay, cancellation);
        return pending.ToReceipt(ReceiptStatus.Failed, time.GetUtcNow()) with { Reasons = [reason] };
    }
}
