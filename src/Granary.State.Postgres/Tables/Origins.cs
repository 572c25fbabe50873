using Granary.Core.Cursors;
using Granary.Core.Model;
using Granary.Core.Ports;
using Granary.State.Records;
using Session = Granary.State.Postgres.PostgresDatabase.Session;

namespace Granary.State.Postgres.Tables;

/// <summary>Sources by number, with their counts and sums; the cursor. A transaction that writes locks the source's row first.</summary>
internal static class Origins
{
    public static Task<int?> FindAsync(Session session, string source) =>
        session.FindAsync<int?>("SELECT number FROM granary.origin WHERE id = @source", new { source });

    /// <summary>Locks the source's row until the transaction ends; null where there is none.</summary>
    public static Task<int?> LockAsync(Session session, string source) =>
        session.FindAsync<int?>("SELECT number FROM granary.origin WHERE id = @source FOR UPDATE", new { source });

    public static async Task<int> LockOrAddAsync(Session session, string source)
    {
        if (await LockAsync(session, source) is { } number)
        {
            return number;
        }

        await session.RunAsync("INSERT INTO granary.origin(id) VALUES (@source) ON CONFLICT DO NOTHING", new { source });
        return (await LockAsync(session, source))!.Value;
    }

    /// <summary>Makes sure that the source has a cursor; its row is locked.</summary>
    public static async Task<int> LockCursorAsync(Session session, string source)
    {
        var number = await LockOrAddAsync(session, source);
        if (await session.RunAsync("INSERT INTO granary.cursor(source) VALUES (@number) ON CONFLICT DO NOTHING", new { number }) > 0)
        {
            // Receipts written after the source was removed may have left their mark.
            await ForgetAsync(session, number);
        }

        return number;
    }

    public static async Task<CursorState> ReadCursorAsync(Session session, string source)
    {
        var row = await session.FindAsync<CursorRow>(
            """
            SELECT o.version, c.taken, c.filter_key, o.open, o.pending, c.last_poll, c.last_error, c.last_error_at, o.newest_seen,
                o.newest_indexed
            FROM granary.origin o JOIN granary.cursor c ON c.source = o.number WHERE o.id = @source
            """,
            new { source });
        return row is null ? new() : row.ToState();
    }

    public static Task ChangeBacklogAsync(Session session, int number, int open, int pending) => open == 0 && pending == 0
        ? Task.CompletedTask
        : session.RunAsync(
            "UPDATE granary.origin SET open = open + @open, pending = pending + @pending WHERE number = @number",
            new { number, open, pending });

    public static Task SeenAsync(Session session, int number, DateTimeOffset finish) => session.RunAsync(
        "UPDATE granary.origin SET newest_seen = greatest(newest_seen, @at) WHERE number = @number",
        new { number, at = Instants.Ticks(finish) });

    public static Task IndexedAsync(Session session, int number, DateTimeOffset finish) => session.RunAsync(
        "UPDATE granary.origin SET newest_indexed = greatest(newest_indexed, @at) WHERE number = @number",
        new { number, at = Instants.Ticks(finish) });

    public static Task RaiseVersionAsync(Session session, int number) =>
        session.RunAsync("UPDATE granary.origin SET version = version + 1 WHERE number = @number", new { number });

    public static Task ForgetAsync(Session session, int number) => session.RunAsync(
        "UPDATE granary.origin SET open = 0, pending = (SELECT count(*) FROM granary.pending p WHERE p.source = number), newest_seen = NULL, newest_indexed = NULL WHERE number = @number",
        new { number });

    /// <summary>Adds a receipt to the sums, or takes it from them (<paramref name="sign"/> -1).</summary>
    public static Task CountAsync(Session session, int number, ReceiptStatus status, long lines, long bytes, int sign) => session.RunAsync(
        """
        UPDATE granary.origin SET
            complete = complete + CASE @status WHEN 0 THEN @sign ELSE 0 END, failed = failed + CASE @status WHEN 1 THEN @sign ELSE 0 END,
            expired = expired + CASE @status WHEN 2 THEN @sign ELSE 0 END, purged = purged + CASE @status WHEN 3 THEN @sign ELSE 0 END,
            lines = lines + @sign * @lines, bytes = bytes + @sign * @bytes
        WHERE number = @number
        """,
        new { number, status = (int)status, lines, bytes, sign });

    public static async Task<SourceTotals> ReadTotalsAsync(Session session, string source) =>
        await session.FindAsync<SourceTotals>(
            "SELECT complete, failed, expired, purged, lines, bytes FROM granary.origin WHERE id = @source", new { source })
        ?? SourceTotals.None;

    private sealed record CursorRow(
        long Version, string Taken, string FilterKey, int Open, int Pending, long? LastPoll, string? LastError, long? LastErrorAt,
        long? NewestSeen, long? NewestIndexed)
    {
        public CursorState ToState() => new()
        {
            Version = Version,
            Taken = IntervalSet.Parse(Taken),
            FilterKey = FilterKey,
            Open = Open,
            Pending = Pending,
            LastPoll = Instants.Read(LastPoll),
            LastError = LastError is null ? null : PgText.Read(LastError),
            LastErrorAt = Instants.Read(LastErrorAt),
            NewestSeen = Instants.Read(NewestSeen),
            NewestIndexed = Instants.Read(NewestIndexed),
        };
    }
}
