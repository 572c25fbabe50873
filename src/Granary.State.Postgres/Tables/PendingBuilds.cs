using Granary.Core.Model;
using Granary.State.Records;
using Session = Granary.State.Postgres.PostgresDatabase.Session;

namespace Granary.State.Postgres.Tables;

/// <summary>Finished builds without a receipt, or to be read again; and who reads them.</summary>
internal static class PendingBuilds
{
    private const string Columns =
        "id, attempt, finished, version, attempts, next_try, generation, normaliser, masking, index_day, read_before, error, body, " +
        "checkpoint, held, lease_epoch";

    private const string Key = "source = @source AND id = @Id AND attempt = @Attempt";

    // What a reader whose lease has ended left on its way has come to the index after a minute.
    private const string IsLeft = "(lease_until IS NULL OR lease_until <= clock_timestamp() - interval '1 minute')";

    // Newest finish first, and then by key.
    private const string Order = "finished DESC NULLS LAST, id, attempt";

    public static Task AddAsync(Session session, int source, PendingBuild pending) => session.RunAsync(
        """
        INSERT INTO granary.pending(source, id, attempt, finished, version, attempts, next_try, generation, normaliser, masking,
            index_day, read_before, error, body, checkpoint, held)
        VALUES (@source, @Id, @Attempt, @Finished, @Version, @Attempts, @NextTry, @Generation, @Normaliser, @Masking,
            @IndexDay, @ReadBefore, @Error, @Body, @Checkpoint, @Held)
        """,
        Values(source, pending));

    /// <returns>False where it is not there, or at a later generation: a reader that missed it must not take it back.</returns>
    public static async Task<bool> SaveAsync(Session session, int source, PendingBuild pending) => await session.RunAsync(
        $"""
        UPDATE granary.pending SET finished = @Finished, version = @Version, attempts = @Attempts, next_try = @NextTry,
            generation = @Generation, normaliser = @Normaliser, masking = @Masking, index_day = @IndexDay,
            read_before = @ReadBefore, error = @Error, body = @Body, checkpoint = @Checkpoint, held = @Held
        WHERE {Key} AND generation <= @Generation
        """,
        Values(source, pending)) > 0;

    public static async Task<PendingBuild?> FindAsync(Session session, int source, BuildKey key)
    {
        var row = await session.FindAsync<Row>(
            $"SELECT {Columns} FROM granary.pending WHERE {Key}", new { source, Id = PgText.Write(key.Id), key.Attempt });
        return row?.ToPending(key.Source);
    }

    public static async Task<IReadOnlyList<PendingBuild>> ReadDueAsync(
        Session session, string name, int source, DateTimeOffset now, int limit, IReadOnlySet<BuildKey> besides)
    {
        // Those left out are few and among the first: reading as many more makes them not count.
        var rows = await session.ListAsync<Row>(
            $"SELECT {Columns} FROM granary.pending WHERE source = @source AND next_try <= @now ORDER BY {Order} LIMIT @limit",
            new { source, now = Instants.Ticks(now), limit = (long)limit + besides.Count });
        return [.. rows.Select(row => row.ToPending(name)).Where(pending => !besides.Contains(pending.Build.Key)).Take(limit)];
    }

    /// <summary>Those of removed sources that nobody reads any more.</summary>
    public static async Task<IReadOnlyList<PendingBuild>> ReadOrphansAsync(Session session, IReadOnlySet<string> besides, int limit)
    {
        var removed = await session.ListAsync<(int Number, string Id)>(
            "SELECT number, id FROM granary.origin WHERE pending > 0 AND id NOT IN (SELECT id FROM granary.source) ORDER BY number", new { });
        var orphans = new List<PendingBuild>();
        foreach (var (number, id) in removed.Where(source => !besides.Contains(source.Id)))
        {
            var rows = await session.ListAsync<Row>(
                $"""
                SELECT {Columns} FROM granary.pending WHERE source = @number AND {IsLeft}
                ORDER BY {Order} LIMIT @limit
                """,
                new { number, limit = (long)(limit - orphans.Count) });
            orphans.AddRange(rows.Select(row => row.ToPending(id)));
        }

        return orphans;
    }

    public static async Task<DateTimeOffset?> NextTryAsync(Session session, string name, int source, IReadOnlySet<BuildKey> besides)
    {
        var rows = await session.ListAsync<(string Id, int Attempt, long NextTry)>(
            "SELECT id, attempt, next_try FROM granary.pending WHERE source = @source ORDER BY next_try LIMIT @limit",
            new { source, limit = 1L + besides.Count });
        var first = rows.Where(row => !besides.Contains(new(name, PgText.Read(row.Id), row.Attempt))).Select(row => (long?)row.NextTry).FirstOrDefault();
        return Instants.Read(first);
    }

    /// <summary>Removes the build, unless it became pending as a later generation meanwhile.</summary>
    public static Task<int> RemoveAsync(Session session, int source, BuildKey key, int generation) => session.RunAsync(
        $"DELETE FROM granary.pending WHERE {Key} AND generation <= @generation", new { source, Id = PgText.Write(key.Id), key.Attempt, generation });

    /// <summary>Removes what has not been leased since it was read as an orphan; else the next look finds it again.</summary>
    public static Task<int> RemoveOrphanAsync(Session session, int source, PendingBuild orphan) => session.RunAsync(
        $"DELETE FROM granary.pending WHERE {Key} AND generation <= @Generation AND lease_epoch = @Epoch AND {IsLeft}",
        new { source, Id = PgText.Write(orphan.Build.Key.Id), orphan.Build.Key.Attempt, orphan.Generation, orphan.Epoch });

    public static Task BeginRunAsync(Session session) =>
        session.RunAsync("UPDATE granary.pending SET read_before = true WHERE NOT read_before");

    /// <summary>
    /// See <see cref="Core.Ports.IBuildLeases.LeaseAsync"/>. Rows that another owner leases just now are passed over; those of a removed
    /// source are orphans.
    /// </summary>
    public static async Task<IReadOnlyList<LeasedBuild>> LeaseAsync(
        Session session, string name, int source, DateTimeOffset now, int bound, TimeSpan duration)
    {
        var rows = await session.ListAsync<Row>(
            $"""
            WITH due AS (
                SELECT source, id, attempt FROM granary.pending
                WHERE source = @source AND next_try <= @now AND (lease_until IS NULL OR lease_until <= clock_timestamp())
                    AND EXISTS (SELECT FROM granary.source WHERE id = @name)
                ORDER BY {Order}
                LIMIT greatest(0, @bound - (
                    SELECT count(*) FROM granary.pending WHERE source = @source AND lease_until > clock_timestamp()))
                FOR UPDATE SKIP LOCKED)
            UPDATE granary.pending p SET read_before = p.read_before OR p.lease_epoch > 0, lease_epoch = p.lease_epoch + 1,
                lease_until = clock_timestamp() + @duration
            FROM due d WHERE p.source = d.source AND p.id = d.id AND p.attempt = d.attempt
            RETURNING {string.Join(", ", Columns.Split(", ").Select(column => "p." + column))}
            """,
            new { source, name, now = Instants.Ticks(now), bound, duration });
        return [.. rows.Select(row => row.ToLeased(name))];
    }

    public static async Task<bool> RenewAsync(Session session, int source, BuildLease lease, TimeSpan duration) => await session.RunAsync(
        $"UPDATE granary.pending SET lease_until = clock_timestamp() + @duration WHERE {Key} AND lease_epoch = @Epoch",
        new { source, Id = PgText.Write(lease.Build.Id), lease.Build.Attempt, lease.Epoch, duration }) > 0;

    /// <summary>Locks the leased row until the transaction ends.</summary>
    /// <returns>False where the lease is not the last, or the build not pending.</returns>
    public static Task<bool> HoldsAsync(Session session, int source, BuildLease lease) => session.FindAsync<bool>(
        $"SELECT true FROM granary.pending WHERE {Key} AND lease_epoch = @Epoch FOR UPDATE",
        new { source, Id = PgText.Write(lease.Build.Id), lease.Build.Attempt, lease.Epoch });

    private static object Values(int source, PendingBuild pending) => new
    {
        source,
        Id = PgText.Write(pending.Build.Key.Id),
        pending.Build.Key.Attempt,
        Finished = Instants.Ticks(pending.Build.FinishedAt),
        Version = PgText.Write(pending.Build.Version),
        pending.Attempts,
        NextTry = Instants.Ticks(pending.NextTry),
        pending.Generation,
        Normaliser = pending.NormaliserVersion,
        Masking = pending.MaskingVersion,
        IndexDay = pending.IndexDay.DayNumber,
        pending.ReadBefore,
        Error = pending.LastError is null ? null : PgText.Write(pending.LastError),
        Body = BuildCodec.Pack(pending.Build),
        Checkpoint = CheckpointCodec.Pack(pending.Checkpoint, pending.Build.LogUrl),
        Held = HeldCodec.Pack(pending.Held),
    };

    private sealed record Row(
        string Id, int Attempt, long? Finished, string Version, int Attempts, long NextTry, int Generation, int Normaliser, int Masking,
        int IndexDay, bool ReadBefore, string? Error, byte[] Body, byte[]? Checkpoint, byte[]? Held,
        long LeaseEpoch)
    {
        public LeasedBuild ToLeased(string source) => new(new(new(source, PgText.Read(Id), Attempt), LeaseEpoch), ToPending(source));

        public PendingBuild ToPending(string source)
        {
            var build = BuildCodec.Unpack(Body, new(source, PgText.Read(Id), Attempt), Instants.Read(Finished), PgText.Read(Version));
            return new()
            {
                Build = build,
                Attempts = Attempts,
                NextTry = Instants.Read(NextTry),
                Generation = Generation,
                NormaliserVersion = Normaliser,
                MaskingVersion = Masking,
                IndexDay = Instants.ReadDay(IndexDay),
                ReadBefore = ReadBefore,
                LastError = Error is null ? null : PgText.Read(Error),
                Checkpoint = Checkpoint is null ? null : CheckpointCodec.Unpack(Checkpoint, build.LogUrl),
                Held = Held is null ? null : HeldCodec.Unpack(Held, build.Key),
                Epoch = LeaseEpoch,
            };
        }
    }
}
