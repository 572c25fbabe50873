using System.Runtime.CompilerServices;
using Dapper;
using Granary.Core.Model;
using Granary.Core.Ports;
using Granary.State.Records;
using Npgsql;
using Session = Granary.State.Postgres.PostgresDatabase.Session;

namespace Granary.State.Postgres.Tables;

/// <summary>Receipts, one a build.</summary>
internal static class Receipts
{
    private const string Key = "source = @source AND id = @Id AND attempt = @Attempt";

    /// <summary>
    /// .NET orders by UTF-16 units: a code point above U+FFFF (a pair that begins with D8xx) comes before U+E000. PostgreSQL's "C"
    /// orders by code points, so each of those gets a mark that sorts there.
    /// </summary>
    private static string Ordinal(string column) =>
        $$"""regexp_replace({{column}}, '([\U00010000-\U0010FFFF])', U&'\D7FF' || '\1', 'g') COLLATE "C" """;

    public static Task<Head?> FindHeadAsync(Session session, int source, BuildKey key) => session.FindAsync<Head>(
        $"SELECT status, generation, version, lines, bytes FROM granary.receipt WHERE {Key}", new { source, Id = PgText.Write(key.Id), key.Attempt });

    public static async Task<Receipt?> FindAsync(Session session, int source, BuildKey key)
    {
        var row = await session.FindAsync<Row>(
            $"SELECT @name AS source, id, attempt, finished, version, status, generation, body FROM granary.receipt WHERE {Key}",
            new { source, name = key.Source, Id = PgText.Write(key.Id), key.Attempt });
        return row?.ToReceipt();
    }

    /// <summary>Writes or replaces a receipt and keeps the sums; the source's row is locked.</summary>
    public static async Task WriteAsync(Session session, int source, Receipt receipt)
    {
        var key = receipt.Build.Key;
        var earlier = await FindHeadAsync(session, source, key);
        var (lines, bytes) = (receipt.Lines, receipt.Bytes);
        await session.RunAsync(
            """
            INSERT INTO granary.receipt(source, id, attempt, finished, version, status, generation, lines, bytes, body)
            VALUES (@source, @Id, @Attempt, @finished, @Version, @status, @Generation, @lines, @bytes, @body)
            ON CONFLICT (source, id, attempt) DO UPDATE SET finished = excluded.finished, version = excluded.version,
                status = excluded.status, generation = excluded.generation, lines = excluded.lines, bytes = excluded.bytes,
                body = excluded.body
            """,
            new
            {
                source,
                Id = PgText.Write(key.Id),
                key.Attempt,
                finished = Instants.Ticks(receipt.Build.FinishedAt),
                Version = PgText.Write(receipt.Build.Version),
                status = (short)receipt.Status,
                receipt.Generation,
                lines,
                bytes,
                body = ReceiptCodec.Pack(receipt),
            });
        if (earlier is not null)
        {
            await Origins.CountAsync(session, source, (ReceiptStatus)earlier.Status, earlier.Lines, earlier.Bytes, -1);
        }

        await Origins.CountAsync(session, source, receipt.Status, lines, bytes, +1);
    }

    /// <summary>Removes a receipt, from the sums as well; the source's row is locked.</summary>
    public static async Task RemoveAsync(Session session, int source, Receipt receipt)
    {
        var key = receipt.Build.Key;
        await session.RunAsync($"DELETE FROM granary.receipt WHERE {Key}", new { source, Id = PgText.Write(key.Id), key.Attempt });
        await Origins.CountAsync(session, source, receipt.Status, receipt.Lines, receipt.Bytes, -1);
    }

    /// <summary>One statement, so one snapshot: rows written meanwhile neither repeat nor hide others.</summary>
    public static async IAsyncEnumerable<Receipt> ScanAsync(
        NpgsqlConnection connection, ReceiptFilter filter, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var conditions = string.Concat(
            filter.Source is null ? "" : " AND o.id = @Source",
            filter.Status is null ? "" : " AND r.status = @Status",
            string.IsNullOrEmpty(filter.IdPrefix) ? "" : " AND starts_with(r.id, @IdPrefix)");
        var sql =
            $"""
            SELECT o.id AS source, r.id, r.attempt, r.finished, r.version, r.status, r.generation, r.body
            FROM granary.receipt r JOIN granary.origin o ON o.number = r.source
            WHERE true{conditions}
            ORDER BY r.finished DESC NULLS LAST, {Ordinal("o.id")}, {Ordinal("r.id")}, r.attempt
            """;
        var values = new { filter.Source, Status = (short?)filter.Status, IdPrefix = PgText.Write(filter.IdPrefix ?? "") };
        await using var reader = await connection.ExecuteReaderAsync(new CommandDefinition(sql, values, cancellationToken: cancellation));
        var parse = reader.GetRowParser<Row>();
        while (await reader.ReadAsync(cancellation))
        {
            yield return parse(reader).ToReceipt();
        }
    }

    /// <summary>Enough to judge a listed build and to take the receipt from the sums.</summary>
    internal sealed record Head(short Status, int Generation, string Version, long Lines, long Bytes);

    private sealed record Row(
        string Source, string Id, int Attempt, long? Finished, string Version, short Status, int Generation, byte[] Body)
    {
        public Receipt ToReceipt() => ReceiptCodec.Unpack(
            Body, new(Source, PgText.Read(Id), Attempt), Instants.Read(Finished), PgText.Read(Version), (ReceiptStatus)Status, Generation);
    }
}
