using Granary.Core.Cursors;
using Granary.Core.Model;
using Granary.State.Records;
using Granary.State.Storage;
using Granary.State.Tables;

namespace Granary.State;

/// <summary>How builds get their receipts, and leave them again.</summary>
internal static class ReceiptWriting
{
    /// <summary>
    /// Writes the receipt and removes the build from where it waited. It stays pending only where a later generation than the
    /// receipt's was noted meanwhile.
    /// </summary>
    public static void Complete(StateSession session, Receipt receipt, byte[] body)
    {
        var key = receipt.Build.Key;
        var source = OriginTable.FindOrAdd(session, key.Source);
        ReceiptTable.Write(session, source, receipt, body);
        var closed = OpenTable.Remove(session, source, key) ? -1 : 0;
        var done = PendingTable.Remove(session, source, key, receipt.LastGeneration) ? -1 : 0;
        OriginTable.ChangeBacklog(session, source, closed, done);
        if (receipt.Status == ReceiptStatus.Complete && receipt.Build.FinishedAt is { } finish)
        {
            OriginTable.Indexed(session, source, finish);
        }
    }

    /// <summary>A build of a removed source is pending no more; of one that has come back, it is as a later generation.</summary>
    public static void Forget(StateSession session, PendingBuild orphan)
    {
        var key = orphan.Build.Key;
        if (OriginTable.Find(session, key.Source) is not { } source)
        {
            return;
        }

        if (SourceTable.Has(session, key.Source))
        {
            PendingTable.Save(session, source, PendingRules.Renew(orphan, orphan.Build));
        }
        else if (PendingTable.Remove(session, source, key, orphan.Generation))
        {
            OriginTable.ChangeBacklog(session, source, 0, -1);
        }
    }

    /// <returns>False where there is no receipt.</returns>
    public static bool Repair(StateSession session, BuildKey key, DateTimeOffset now)
    {
        if (OriginTable.Find(session, key.Source) is not { } source || ReceiptTable.Find(session, source, key) is not { } receipt)
        {
            return false;
        }

        if (PendingTable.Find(session, source, key) is { } pending)
        {
            PendingTable.Save(session, source, PendingRules.Repair(pending, now));
            return true;
        }

        if (receipt.NeverFinished)
        {
            Reopen(session, source, PendingRules.Reopen(receipt, now));
            return true;
        }

        // A cursor that is made counts what is pending already.
        CursorTable.FindOrAdd(session, key.Source);
        PendingTable.Add(session, source, PendingRules.Repair(receipt, now));
        var closed = OpenTable.Remove(session, source, key) ? -1 : 0;
        OriginTable.ChangeBacklog(session, source, closed, +1);
        return true;
    }

    /// <summary>A build that is not wanted leaves where it was looked at, and its receipt says no more that it never finished.</summary>
    /// <returns>True where it was open.</returns>
    public static bool Drop(StateSession session, long source, BuildKey key)
    {
        if (ReceiptTable.Find(session, source, key) is { NeverFinished: true } receipt)
        {
            ReceiptTable.Remove(session, source, receipt);
        }

        return OpenTable.Remove(session, source, key);
    }

    /// <summary>Notes that an open build could not be looked at; with a reason, it is given up.</summary>
    public static void Miss(StateSession session, long source, BuildKey key, DateTimeOffset at, string? giveUp)
    {
        if (giveUp is null)
        {
            OpenTable.Looked(session, source, key, at);
        }
        else if (OpenTable.Find(session, source, key) is { } open)
        {
            var receipt = PendingRules.Unseen(open, giveUp, at);
            Complete(session, receipt, ReceiptCodec.Pack(receipt));
        }
    }

    /// <summary>Notes that an open build was looked at and had not finished; past its expiry it is given up with a receipt.</summary>
    public static void Look(StateSession session, long source, BuildKey key, DateTimeOffset at, Func<OpenBuild, DateTimeOffset, Receipt> giveUp)
    {
        if (OpenTable.Find(session, source, key) is not { } open)
        {
            return;
        }

        if (at < open.ExpiresAt)
        {
            OpenTable.Looked(session, source, key, at);
            return;
        }

        var receipt = giveUp(open, at);
        Complete(session, receipt, ReceiptCodec.Pack(receipt));
    }

    private static void Reopen(StateSession session, long source, OpenBuild open)
    {
        CursorTable.FindOrAdd(session, open.Build.Key.Source);
        var opened = OpenTable.AddOrRefresh(session, source, open.Build, open.SeenAt, open.ExpiresAt) ? +1 : 0;
        OriginTable.ChangeBacklog(session, source, opened, 0);
    }
}
