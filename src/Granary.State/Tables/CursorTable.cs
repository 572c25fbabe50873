using Granary.Core.Cursors;
using Granary.State.Records;
using Granary.State.Storage;

namespace Granary.State.Tables;

/// <summary>The pagination state of each source; its counts are in <see cref="OriginTable"/>, which changes more often.</summary>
internal static class CursorTable
{
    private const string ReadSql =
        "SELECT o.version, c.taken, c.filter_key, o.open, o.pending, c.last_poll, c.last_error, c.last_error_at, " +
        "o.newest_seen, o.newest_indexed FROM origin o JOIN cursor c ON c.source = o.number WHERE o.id = ?";

    private const string AddSql = "INSERT INTO cursor(source) VALUES(?) ON CONFLICT DO NOTHING";
    private const string TakenSql = "UPDATE cursor SET taken = ? WHERE source = ?";
    private const string ResetSql = "UPDATE cursor SET taken = '', filter_key = ? WHERE source = ?";
    private const string PolledSql = "UPDATE cursor SET last_poll = ?, last_error = NULL, last_error_at = NULL WHERE source = ?";
    private const string FailedSql = "UPDATE cursor SET last_error = ?, last_error_at = ? WHERE source = ?";
    private const string RemoveSql = "DELETE FROM cursor WHERE source = ?";

    /// <summary>An empty one of version 0 where there is none.</summary>
    public static CursorState Read(StateSession session, string source)
    {
        using var row = session.Use(ReadSql).Bind(source);
        if (!row.Step())
        {
            return new CursorState();
        }

        try
        {
            return new CursorState
            {
                Version = row.Long(0),
                Taken = IntervalSet.Parse(row.Text(1)),
                FilterKey = row.Text(2),
                Open = row.Int(3),
                Pending = row.Int(4),
                LastPoll = Instants.Read(row.LongOrNull(5)),
                LastError = row.TextOrNull(6),
                LastErrorAt = Instants.Read(row.LongOrNull(7)),
                NewestSeen = Instants.Read(row.LongOrNull(8)),
                NewestIndexed = Instants.Read(row.LongOrNull(9)),
            };
        }
        catch (Exception exception) when (Damage.Is(exception))
        {
            throw Damage.Of("cursor", source, exception);
        }
    }

    /// <summary>Makes sure that there is one.</summary>
    /// <returns>The source's number.</returns>
    public static long FindOrAdd(StateSession session, string source)
    {
        var number = OriginTable.FindOrAdd(session, source);
        if (session.Use(AddSql).Bind(number).Run() > 0)
        {
            // Receipts written after the source was removed may have left their mark.
            OriginTable.Forget(session, number);
        }

        return number;
    }

    public static void SetTaken(StateSession session, long number, IntervalSet taken) =>
        session.Use(TakenSql).Bind(taken.ToString()).Bind(number).Run();

    public static void Reset(StateSession session, long number, string filterKey) =>
        session.Use(ResetSql).Bind(filterKey).Bind(number).Run();

    public static void NotePoll(StateSession session, long number, DateTimeOffset at, string? error)
    {
        if (error is null)
        {
            session.Use(PolledSql).Bind(Instants.Ticks(at)).Bind(number).Run();
        }
        else
        {
            session.Use(FailedSql).Bind(error).Bind(Instants.Ticks(at)).Bind(number).Run();
        }
    }

    public static void Remove(StateSession session, long number) => session.Use(RemoveSql).Bind(number).Run();
}
