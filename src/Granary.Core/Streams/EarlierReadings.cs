using Granary.Core.Model;
using Granary.Core.Ports;

namespace Granary.Core.Streams;

/// <summary>What the index holds of a build from before its pending reading.</summary>
internal static class EarlierReadings
{
    /// <summary>
    /// The receipt of the last reading that is held wholly; where none is, of the one of which most is held; null where nothing is.
    /// A receipt alone is no proof: between the deletion of its lines and the next receipt a reading may have been given up.
    /// </summary>
    public static async Task<Receipt?> FindAsync(PendingBuild pending, IStateStore state, IIndexWriter index, CancellationToken cancellation)
    {
        var (found, most) = ((Receipt?)null, 0L);
        foreach (var receipt in await ClaimedAsync(pending, state, cancellation))
        {
            var held = await index.CountAsync(receipt.Build.Key, receipt.Generation, receipt.IndexDay, cancellation);
            if (held == receipt.Entries)
            {
                return receipt;
            }

            (found, most) = held > most ? (receipt, held) : (found, most);
        }

        return found;
    }

    /// <summary>True where a receipt says that there are lines which the pending reading will replace.</summary>
    public static async Task<bool> AnyAsync(PendingBuild pending, IStateStore state, CancellationToken cancellation) =>
        (await ClaimedAsync(pending, state, cancellation)).Count > 0;

    private static async Task<IReadOnlyList<Receipt>> ClaimedAsync(PendingBuild pending, IStateStore state, CancellationToken cancellation)
    {
        if (pending.Generation <= 1)
        {
            return [];
        }

        var last = await state.ReadReceiptAsync(pending.Build.Key, cancellation);
        return [.. new[] { pending.Held, last }.OfType<Receipt>().Where(receipt =>
            receipt is { Status: ReceiptStatus.Complete, Entries: > 0 } && receipt.Generation <= pending.Generation)];
    }
}
