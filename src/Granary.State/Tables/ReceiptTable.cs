using Granary.Core.Model;
using Granary.State.Records;
using Granary.State.Storage;

namespace Granary.State.Tables;

/// <summary>Receipts, one a build.</summary>
internal static class ReceiptTable
{
    private const string HeadSql =
        "SELECT number, status, generation, version, lines, bytes FROM receipt WHERE id = ? AND source = ? AND attempt = ?";

    private const string FindSql =
        "SELECT id, attempt, finished, version, status, generation, body FROM receipt WHERE id = ? AND source = ? AND attempt = ?";

    private const string AddSql =
        "INSERT INTO receipt(finished, version, status, generation, lines, bytes, body, id, source, attempt) " +
        "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

    private const string ReplaceSql =
        "UPDATE receipt SET finished = ?, version = ?, status = ?, generation = ?, lines = ?, bytes = ?, body = ? WHERE number = ?";

    private const string RemoveSql = "DELETE FROM receipt WHERE id = ? AND source = ? AND attempt = ?";

    public static ReceiptHead? FindHead(StateSession session, long source, BuildKey key)
    {
        using var row = session.Use(HeadSql).Bind(key.Id).Bind(source).Bind(key.Attempt);
        return row.Step()
            ? new(row.Long(0), (ReceiptStatus)row.Long(1), row.Int(2), row.Text(3), row.Long(4), row.Long(5))
            : null;
    }

    public static Receipt? Find(StateSession session, long source, BuildKey key)
    {
        using var row = session.Use(FindSql).Bind(key.Id).Bind(source).Bind(key.Attempt);
        return row.Step() ? Parse(row, key.Source) : null;
    }

    /// <summary>Writes or replaces a receipt and keeps the sums.</summary>
    public static void Write(StateSession session, long source, Receipt receipt, byte[] body)
    {
        var earlier = FindHead(session, source, receipt.Build.Key);
        var (lines, bytes) = (receipt.Lines, receipt.Bytes);
        var statement = session.Use(earlier is null ? AddSql : ReplaceSql)
            .Bind(Instants.Ticks(receipt.Build.FinishedAt)).Bind(receipt.Build.Version)
            .Bind((long)receipt.Status).Bind(receipt.Generation).Bind(lines).Bind(bytes).Bind(body);
        if (earlier is null)
        {
            statement.Bind(receipt.Build.Key.Id).Bind(source).Bind(receipt.Build.Key.Attempt).Run();
        }
        else
        {
            statement.Bind(earlier.Number).Run();
            OriginTable.Count(session, source, earlier.Status, earlier.Lines, earlier.Bytes, -1);
        }

        OriginTable.Count(session, source, receipt.Status, lines, bytes, +1);
    }

    /// <summary>Removes a receipt, from the sums as well.</summary>
    public static void Remove(StateSession session, long source, Receipt receipt)
    {
        session.Use(RemoveSql).Bind(receipt.Build.Key.Id).Bind(source).Bind(receipt.Build.Key.Attempt).Run();
        OriginTable.Count(session, source, receipt.Status, receipt.Lines, receipt.Bytes, -1);
    }

    /// <summary>A row of id, attempt, finished, version, status, generation, body.</summary>
    public static Receipt Parse(Statement row, string source)
    {
        var key = new BuildKey(source, row.Text(0), row.Int(1));
        try
        {
            return ReceiptCodec.Unpack(
                row.Blob(6), key, Instants.Read(row.LongOrNull(2)), row.Text(3), (ReceiptStatus)row.Long(4), row.Int(5));
        }
        catch (Exception exception) when (Damage.Is(exception))
        {
            throw Damage.Of("receipt", key, exception);
        }
    }
}
