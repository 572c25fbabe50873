using Granary.Core.Model;
using Granary.Core.Ports;

namespace Granary.App.Collecting;

/// <summary>Marks the receipts of builds whose lines the index is about to drop for their age; they are not read again unless asked.</summary>
public sealed class ReceiptExpiry(IStateStore state, TimeProvider time)
{
    /// <summary>Expires the complete builds of index days before <paramref name="first"/>; not those that wait to be read again.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> ExpireAsync(DateOnly first, string reason, CancellationToken cancellation)
    {
        var waiting = await WaitingAsync(cancellation);
        var old = new List<Receipt>();
        await foreach (var receipt in state.ReadReceiptsAsync(new() { Status = ReceiptStatus.Complete }, cancellation))
        {
            if (receipt.IndexDay < first && !waiting.Contains(receipt.Build.Key))
            {
                old.Add(receipt);
            }
        }

        foreach (var receipt in old)
        {
            await state.CompleteAsync(receipt with { Status = ReceiptStatus.Expired, Reasons = [reason], WrittenAt = time.GetUtcNow() }, cancellation);
        }

        return old.Count;
    }

    private async Task<HashSet<BuildKey>> WaitingAsync(CancellationToken cancellation)
    {
        var waiting = new HashSet<BuildKey>();
        foreach (var source in await state.ReadSourcesAsync(cancellation))
        {
            var rows = await state.ReadPendingAsync(source.Id, DateTimeOffset.MaxValue, int.MaxValue, new HashSet<BuildKey>(), cancellation);
            waiting.UnionWith(rows.Select(row => row.Build.Key));
        }

        return waiting;
    }
}
