using Granary.Core.Model;
using Granary.Core.Ports;
using Granary.State.Storage;

namespace Granary.State.Tables;

/// <summary>
/// Reads receipts in the order of answers, some at a time. Between two lots with another finish no snapshot is held, so that a
/// slow reader does not keep the write-ahead log from being reset; only receipts of one finish are read under one snapshot.
/// </summary>
internal sealed class ReceiptScan(ReadSessions sessions, ReceiptFilter filter) : IDisposable
{
    private const int Lot = 256;

    private readonly ReceiptScanPlan plan = ReceiptScanPlan.For(filter);
    private readonly List<Receipt> lot = new(Lot);
    private string? sql;
    private StateSession? session;
    private Statement? row;
    private long? last;
    private bool standing;
    private bool ended;

    /// <summary>The next receipts; empty at the end. The list is used again.</summary>
    public IReadOnlyList<Receipt> Read()
    {
        lot.Clear();
        while (!ended && lot.Count < Lot)
        {
            if (row is null && !Open())
            {
                break;
            }

            if (!standing && !row!.Step())
            {
                EndStatement();
                continue;
            }

            standing = false;
            last = row!.LongOrNull(2);
            lot.Add(ReceiptTable.Parse(row, row.Text(7)));
        }

        Pause();
        return lot;
    }

    public void Dispose() => Close();

    /// <summary>False where the source is not known.</summary>
    private bool Open()
    {
        session = sessions.Rent();
        var source = filter.Source is null ? null : OriginTable.Find(session, filter.Source);
        if (filter.Source is not null && source is null)
        {
            Close();
            ended = true;
            return false;
        }

        sql ??= plan.FromNewest;
        var prefix = string.IsNullOrEmpty(filter.IdPrefix) ? null : filter.IdPrefix;
        // U+10FFFF is above every character of an id.
        row = session.Use(sql).Bind(source).Bind((long?)filter.Status).Bind(prefix)
            .Bind(prefix is null ? null : prefix + "\U0010FFFF").Bind(sql == plan.FromNewest ? null : last ?? 0);
        return true;
    }

    /// <summary>Gives the snapshot back where the next row has another finish.</summary>
    private void Pause()
    {
        if (row is null || ended)
        {
            return;
        }

        if (!row.Step())
        {
            EndStatement();
        }
        else if (plan.Restarts && row.LongOrNull(2) != last)
        {
            sql = row.IsNull(2) ? plan.WithoutFinish : plan.Below;
            Close();
        }
        else
        {
            standing = true;
        }
    }

    /// <summary>After the last finish come the builds without one.</summary>
    private void EndStatement()
    {
        ended = sql != plan.Below;
        sql = plan.WithoutFinish;
        Close();
    }

    private void Close()
    {
        row?.Dispose();
        row = null;
        if (session is { } used)
        {
            session = null;
            sessions.Return(used);
        }
    }
}
