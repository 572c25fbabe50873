using Granary.Core.Model;
using Granary.Core.Ports;

namespace Granary.State.Tables;

/// <summary>
/// The statements of a scan. Parameters: source, status, start and end of the id, the last finish read.
/// </summary>
internal sealed class ReceiptScanPlan
{
    private static readonly ReceiptScanPlan ByFinish = new("receipt_finished", "(?2 IS NULL OR r.status = ?2)", restarts: true);

    // Few receipts are not complete; the index holds only those.
    private static readonly ReceiptScanPlan ByStatus = new("receipt_status", "r.status = ?2 AND r.status <> 0", restarts: true);

    // The matching ones must be sorted anyway: once is enough.
    private static readonly ReceiptScanPlan ById = new("receipt_key", "(?2 IS NULL OR r.status = ?2)", restarts: false);

    private ReceiptScanPlan(string index, string status, bool restarts)
    {
        Restarts = restarts;
        FromNewest = Statement(index, status, "?5 IS NULL");
        Below = Statement(index, status, "r.finished < ?5");
        WithoutFinish = Statement(index, status, "?5 IS NOT NULL AND r.finished IS NULL");
    }

    public bool Restarts { get; }

    public string FromNewest { get; }

    /// <summary>Those with a finish before the last one read.</summary>
    public string Below { get; }

    public string WithoutFinish { get; }

    public static ReceiptScanPlan For(ReceiptFilter filter) =>
        !string.IsNullOrEmpty(filter.IdPrefix) ? ById
        : filter.Status is null or ReceiptStatus.Complete ? ByFinish
        : ByStatus;

    // SQLite puts NULL last when descending; with the index it sorts only within rows of one finish.
    private static string Statement(string index, string status, string position)
    {
        var id = index == "receipt_key" ? "r.id >= ?3 AND r.id < ?4" : "?3 IS NULL AND ?4 IS NULL";
        return
            "SELECT r.id, r.attempt, r.finished, r.version, r.status, r.generation, r.body, o.id " +
            $"FROM receipt r INDEXED BY {index} CROSS JOIN origin o ON o.number = r.source " +
            $"WHERE (?1 IS NULL OR r.source = ?1) AND {status} AND {id} AND {position} " +
            "ORDER BY r.finished DESC, o.id COLLATE ordinal, r.id COLLATE ordinal, r.attempt";
    }
}
