using Granary.Core.Cursors;
using Granary.Core.Model;
using Granary.State.Records;
using Session = Granary.State.Postgres.PostgresDatabase.Session;

namespace Granary.State.Postgres.Tables;

/// <summary>Builds seen running.</summary>
internal static class OpenBuilds
{
    private const string Columns = "id, attempt, finished, version, seen, expires, body";

    /// <returns>True where it was not there. The expiry of one that was stays: it counts from when it was first seen.</returns>
    public static Task<bool> AddOrRefreshAsync(Session session, int source, Build build, DateTimeOffset seen, DateTimeOffset expires) =>
        session.FindAsync<bool>(
            """
            INSERT INTO granary.open(source, id, attempt, finished, version, seen, expires, body)
            VALUES (@source, @id, @attempt, @finished, @version, @seen, @expires, @body)
            ON CONFLICT (source, id, attempt) DO UPDATE SET
                finished = excluded.finished, version = excluded.version, seen = excluded.seen, body = excluded.body
            RETURNING xmax = 0
            """,
            new
            {
                source,
                id = PgText.Write(build.Key.Id),
                attempt = build.Key.Attempt,
                finished = Instants.Ticks(build.FinishedAt),
                version = PgText.Write(build.Version),
                seen = Instants.Ticks(seen),
                expires = Instants.Ticks(expires),
                body = BuildCodec.Pack(build),
            });

    public static async Task<IReadOnlyList<OpenBuild>> ReadAsync(Session session, string name, int source, int limit)
    {
        var rows = await session.ListAsync<Row>(
            $"SELECT {Columns} FROM granary.open WHERE source = @source ORDER BY seen, id, attempt LIMIT @limit", new { source, limit });
        return [.. rows.Select(row => row.ToOpen(name))];
    }

    public static async Task<OpenBuild?> FindAsync(Session session, int source, BuildKey key)
    {
        var row = await session.FindAsync<Row>(
            $"SELECT {Columns} FROM granary.open WHERE source = @source AND id = @Id AND attempt = @Attempt",
            new { source, Id = PgText.Write(key.Id), key.Attempt });
        return row?.ToOpen(key.Source);
    }

    public static Task LookedAsync(Session session, int source, BuildKey key, DateTimeOffset at) => session.RunAsync(
        "UPDATE granary.open SET seen = @at WHERE source = @source AND id = @Id AND attempt = @Attempt",
        new { source, Id = PgText.Write(key.Id), key.Attempt, at = Instants.Ticks(at) });

    /// <returns>How many there were: 0 or 1.</returns>
    public static Task<int> RemoveAsync(Session session, int source, BuildKey key) => session.RunAsync(
        "DELETE FROM granary.open WHERE source = @source AND id = @Id AND attempt = @Attempt", new { source, Id = PgText.Write(key.Id), key.Attempt });

    private sealed record Row(string Id, int Attempt, long? Finished, string Version, long Seen, long Expires, byte[] Body)
    {
        public OpenBuild ToOpen(string source) => new(
            BuildCodec.Unpack(Body, new(source, PgText.Read(Id), Attempt), Instants.Read(Finished), PgText.Read(Version)),
            Instants.Read(Seen),
            Instants.Read(Expires));
    }
}
