using Granary.Core.Model;
using Granary.State.Records;
using Granary.State.Storage;

namespace Granary.State.Tables;

/// <summary>Finished builds without a receipt, or to be read again.</summary>
internal static class PendingTable
{
    private const string Columns =
        "id, attempt, finished, version, attempts, next_try, generation, normaliser, masking, index_day, read_before, " +
        "error, body, checkpoint, held";

    private const string AddSql =
        $"INSERT INTO pending({Columns}, source) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

    // A reader that has not noticed the next generation must not take it back.
    private const string SaveSql =
        "UPDATE pending SET finished = ?, version = ?, attempts = ?, next_try = ?, generation = ?, normaliser = ?, masking = ?, " +
        "index_day = ?, read_before = ?, error = ?, body = ?, checkpoint = ?, held = ? " +
        "WHERE source = ? AND id = ? AND attempt = ? AND generation <= ?";

    private const string FindSql = $"SELECT {Columns} FROM pending WHERE source = ? AND id = ? AND attempt = ?";
    private const string VersionSql = "SELECT version FROM pending WHERE source = ? AND id = ? AND attempt = ?";
    private const string DueSql =
        $"SELECT {Columns} FROM pending INDEXED BY pending_finished WHERE source = ? AND next_try <= ? " +
        "ORDER BY finished DESC, id COLLATE ordinal, attempt";

    private const string NextSql =
        "SELECT id, attempt, next_try FROM pending INDEXED BY pending_try WHERE source = ? ORDER BY next_try";

    private const string RemoveSql =
        "DELETE FROM pending WHERE source = ? AND id = ? AND attempt = ? AND generation <= ?";

    private const string BeginRunSql = "UPDATE pending SET read_before = 1 WHERE read_before = 0";

    public static void Add(StateSession session, long source, PendingBuild pending) =>
        session.Use(AddSql).Bind(pending.Build.Key.Id).Bind(pending.Build.Key.Attempt)
            .Bind(Instants.Ticks(pending.Build.FinishedAt)).Bind(pending.Build.Version)
            .Bind(pending.Attempts).Bind(Instants.Ticks(pending.NextTry)).Bind(pending.Generation)
            .Bind(pending.NormaliserVersion).Bind(pending.MaskingVersion).Bind(pending.IndexDay.DayNumber)
            .Bind(pending.ReadBefore ? 1 : 0).Bind(pending.LastError)
            .Bind(BuildCodec.Pack(pending.Build)).Bind(CheckpointCodec.Pack(pending.Checkpoint, pending.Build.LogUrl))
            .Bind(HeldCodec.Pack(pending.Held)).Bind(source).Run();

    /// <returns>False where it is not there, or at a later generation.</returns>
    public static bool Save(StateSession session, long source, PendingBuild pending)
    {
        var key = pending.Build.Key;
        return session.Use(SaveSql).Bind(Instants.Ticks(pending.Build.FinishedAt)).Bind(pending.Build.Version)
            .Bind(pending.Attempts).Bind(Instants.Ticks(pending.NextTry)).Bind(pending.Generation)
            .Bind(pending.NormaliserVersion).Bind(pending.MaskingVersion).Bind(pending.IndexDay.DayNumber)
            .Bind(pending.ReadBefore ? 1 : 0).Bind(pending.LastError)
            .Bind(BuildCodec.Pack(pending.Build)).Bind(CheckpointCodec.Pack(pending.Checkpoint, pending.Build.LogUrl))
            .Bind(HeldCodec.Pack(pending.Held)).Bind(source).Bind(key.Id).Bind(key.Attempt).Bind(pending.Generation).Run() > 0;
    }

    public static PendingBuild? Find(StateSession session, long source, BuildKey key)
    {
        using var row = session.Use(FindSql).Bind(source).Bind(key.Id).Bind(key.Attempt);
        return row.Step() ? Parse(row, key) : null;
    }

    /// <summary>The content's version; null where the build is not pending.</summary>
    public static string? FindVersion(StateSession session, long source, BuildKey key)
    {
        using var row = session.Use(VersionSql).Bind(source).Bind(key.Id).Bind(key.Attempt);
        return row.Step() ? row.Text(0) : null;
    }

    public static IReadOnlyList<PendingBuild> ReadDue(
        StateSession session, string name, long source, DateTimeOffset now, int limit, IReadOnlySet<BuildKey> besides)
    {
        var builds = new List<PendingBuild>();
        using var row = session.Use(DueSql).Bind(source).Bind(Instants.Ticks(now));
        while (builds.Count < limit && row.Step())
        {
            var key = new BuildKey(name, row.Text(0), row.Int(1));
            if (!besides.Contains(key))
            {
                builds.Add(Parse(row, key));
            }
        }

        return builds;
    }

    public static DateTimeOffset? NextTry(StateSession session, string name, long source, IReadOnlySet<BuildKey> besides)
    {
        using var row = session.Use(NextSql).Bind(source);
        while (row.Step())
        {
            if (!besides.Contains(new BuildKey(name, row.Text(0), row.Int(1))))
            {
                return Instants.Read(row.Long(2));
            }
        }

        return null;
    }

    /// <summary>Removes the build, unless it became pending as a later generation meanwhile.</summary>
    public static bool Remove(StateSession session, long source, BuildKey key, int generation) =>
        session.Use(RemoveSql).Bind(source).Bind(key.Id).Bind(key.Attempt).Bind(generation).Run() > 0;

    public static void BeginRun(StateSession session) => session.Use(BeginRunSql).Run();

    private static PendingBuild Parse(Statement row, BuildKey key)
    {
        try
        {
            var build = BuildCodec.Unpack(row.Blob(12), key, Instants.Read(row.LongOrNull(2)), row.Text(3));
            return new PendingBuild
            {
                Build = build,
                Attempts = row.Int(4),
                NextTry = Instants.Read(row.Long(5)),
                Generation = row.Int(6),
                NormaliserVersion = row.Int(7),
                MaskingVersion = row.Int(8),
                IndexDay = Instants.ReadDay(row.Long(9)),
                ReadBefore = row.Long(10) != 0,
                LastError = row.TextOrNull(11),
                Checkpoint = row.IsNull(13) ? null : CheckpointCodec.Unpack(row.Blob(13), build.LogUrl),
                Held = row.IsNull(14) ? null : HeldCodec.Unpack(row.Blob(14), key),
            };
        }
        catch (Exception exception) when (Damage.Is(exception))
        {
            throw Damage.Of("pending build", key, exception);
        }
    }
}
