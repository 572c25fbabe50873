using Granary.Core.Cursors;
using Granary.Core.Model;
using Granary.State.Postgres.Tables;
using Session = Granary.State.Postgres.PostgresDatabase.Session;

namespace Granary.State.Postgres;

/// <summary>How builds get their receipts, and leave them again.</summary>
internal static class ReceiptWriting
{
    /// <summary>Writes the receipt and removes the build from where it waited; the source's row is locked.</summary>
    public static async Task CompleteAsync(Session session, int source, Receipt receipt)
    {
        var key = receipt.Build.Key;
        await Receipts.WriteAsync(session, source, receipt);
        var closed = await OpenBuilds.RemoveAsync(session, source, key);
        var done = await PendingBuilds.RemoveAsync(session, source, key, receipt.LastGeneration);
        await Origins.ChangeBacklogAsync(session, source, -closed, -done);
        if (receipt.Status == ReceiptStatus.Complete && receipt.Build.FinishedAt is { } finish)
        {
            await Origins.IndexedAsync(session, source, finish);
        }
    }

    /// <summary>A build of a removed source is pending no more; of one that has come back, it is as a later generation.</summary>
    public static async Task ForgetAsync(Session session, PendingBuild orphan)
    {
        var key = orphan.Build.Key;
        if (await Origins.LockAsync(session, key.Source) is not { } source)
        {
            return;
        }

        if (await session.FindAsync<bool>("SELECT true FROM granary.source WHERE id = @Source", new { key.Source }))
        {
            await PendingBuilds.SaveAsync(session, source, PendingRules.Renew(orphan, orphan.Build));
        }
        else
        {
            await Origins.ChangeBacklogAsync(session, source, 0, -await PendingBuilds.RemoveOrphanAsync(session, source, orphan));
        }
    }

    /// <returns>False where there is no receipt.</returns>
    public static async Task<bool> RepairAsync(Session session, BuildKey key, DateTimeOffset now)
    {
        if (await Origins.LockAsync(session, key.Source) is not { } source
            || await Receipts.FindAsync(session, source, key) is not { } receipt)
        {
            return false;
        }

        if (await PendingBuilds.FindAsync(session, source, key) is { } pending)
        {
            return await PendingBuilds.SaveAsync(session, source, PendingRules.Repair(pending, now));
        }

        await Origins.LockCursorAsync(session, key.Source);
        if (receipt.NeverFinished)
        {
            var open = PendingRules.Reopen(receipt, now);
            var opened = await OpenBuilds.AddOrRefreshAsync(session, source, open.Build, open.SeenAt, open.ExpiresAt) ? +1 : 0;
            await Origins.ChangeBacklogAsync(session, source, opened, 0);
            return true;
        }

        await PendingBuilds.AddAsync(session, source, PendingRules.Repair(receipt, now));
        await Origins.ChangeBacklogAsync(session, source, -await OpenBuilds.RemoveAsync(session, source, key), +1);
        return true;
    }

    /// <summary>A build that is not wanted leaves where it was looked at, and its receipt says no more that it never finished.</summary>
    /// <returns>How many open builds it was: 0 or 1.</returns>
    public static async Task<int> DropAsync(Session session, int source, BuildKey key)
    {
        if (await Receipts.FindAsync(session, source, key) is { NeverFinished: true } receipt)
        {
            await Receipts.RemoveAsync(session, source, receipt);
        }

        return await OpenBuilds.RemoveAsync(session, source, key);
    }

    /// <summary>Notes that an open build could not be looked at; with a reason, it is given up.</summary>
    public static async Task MissAsync(Session session, int source, BuildKey key, DateTimeOffset at, string? giveUp)
    {
        if (giveUp is null)
        {
            await OpenBuilds.LookedAsync(session, source, key, at);
        }
        else if (await OpenBuilds.FindAsync(session, source, key) is { } open)
        {
            await CompleteAsync(session, source, PendingRules.Unseen(open, giveUp, at));
        }
    }

    /// <summary>Notes that an open build was looked at and had not finished; past its expiry it is given up with a receipt.</summary>
    public static async Task LookAsync(
        Session session, int source, BuildKey key, DateTimeOffset at, Func<OpenBuild, DateTimeOffset, Receipt> giveUp)
    {
        if (await OpenBuilds.FindAsync(session, source, key) is not { } open)
        {
            return;
        }

        if (at < open.ExpiresAt)
        {
            await OpenBuilds.LookedAsync(session, source, key, at);
        }
        else
        {
            await CompleteAsync(session, source, giveUp(open, at));
        }
    }
}
