using Granary.Core.Model;
using Granary.Core.Ports;
using Granary.State.Records;
using Granary.State.Storage;

namespace Granary.State.Tables;

/// <summary>
/// A number for each source that ever had a row, with its counts and sums. Rows stay when the source is removed: receipts name
/// them, and the cursor's version must never come twice.
/// </summary>
internal static class OriginTable
{
    private const string FindSql = "SELECT number FROM origin WHERE id = ?";
    private const string AddSql = "INSERT INTO origin(id) VALUES(?) ON CONFLICT DO NOTHING";
    private const string BacklogSql = "UPDATE origin SET open = open + ?, pending = pending + ? WHERE number = ?";
    private const string SeenSql = "UPDATE origin SET newest_seen = max(coalesce(newest_seen, ?1), ?1) WHERE number = ?2";
    private const string IndexedSql = "UPDATE origin SET newest_indexed = max(coalesce(newest_indexed, ?1), ?1) WHERE number = ?2";
    private const string NextVersionSql = "UPDATE origin SET version = version + 1 WHERE number = ?";
    private const string ForgetSql =
        "UPDATE origin SET open = 0, pending = (SELECT count(*) FROM pending WHERE source = number), " +
        "newest_seen = NULL, newest_indexed = NULL WHERE number = ?";

    private const string RemovedSql =
        "SELECT number, id FROM origin WHERE pending > 0 AND id NOT IN (SELECT id FROM source) ORDER BY number";

    private const string CountSql =
        "UPDATE origin SET complete = complete + ?, failed = failed + ?, expired = expired + ?, purged = purged + ?, " +
        "lines = lines + ?, bytes = bytes + ? WHERE number = ?";

    private const string TotalsSql = "SELECT complete, failed, expired, purged, lines, bytes FROM origin WHERE id = ?";

    public static long? Find(StateSession session, string source)
    {
        using var row = session.Use(FindSql).Bind(source);
        return row.Step() ? row.Long(0) : null;
    }

    public static long FindOrAdd(StateSession session, string source)
    {
        if (Find(session, source) is { } number)
        {
            return number;
        }

        session.Use(AddSql).Bind(source).Run();
        return Find(session, source)!.Value;
    }

    public static void ChangeBacklog(StateSession session, long number, int open, int pending)
    {
        if (open != 0 || pending != 0)
        {
            session.Use(BacklogSql).Bind(open).Bind(pending).Bind(number).Run();
        }
    }

    public static void Seen(StateSession session, long number, DateTimeOffset finish) =>
        session.Use(SeenSql).Bind(Instants.Ticks(finish)).Bind(number).Run();

    public static void Indexed(StateSession session, long number, DateTimeOffset finish) =>
        session.Use(IndexedSql).Bind(Instants.Ticks(finish)).Bind(number).Run();

    public static void RaiseVersion(StateSession session, long number) => session.Use(NextVersionSql).Bind(number).Run();

    /// <summary>Sources that were removed and have pending builds.</summary>
    public static IReadOnlyList<(long Number, string Id)> ReadRemoved(StateSession session)
    {
        var removed = new List<(long, string)>();
        using var row = session.Use(RemovedSql);
        while (row.Step())
        {
            removed.Add((row.Long(0), row.Text(1)));
        }

        return removed;
    }

    public static void Forget(StateSession session, long number) => session.Use(ForgetSql).Bind(number).Run();

    /// <summary>Adds a receipt to the sums, or takes it from them (<paramref name="sign"/> -1).</summary>
    public static void Count(StateSession session, long number, ReceiptStatus status, long lines, long bytes, int sign)
    {
        var statement = session.Use(CountSql);
        for (var counted = ReceiptStatus.Complete; counted <= ReceiptStatus.Purged; counted++)
        {
            statement.Bind(counted == status ? sign : 0);
        }

        statement.Bind(sign * lines).Bind(sign * bytes).Bind(number).Run();
    }

    public static SourceTotals ReadTotals(StateSession session, string source)
    {
        using var row = session.Use(TotalsSql).Bind(source);
        return row.Step()
            ? new(row.Long(0), row.Long(1), row.Long(2), row.Long(3), row.Long(4), row.Long(5))
            : SourceTotals.None;
    }
}
