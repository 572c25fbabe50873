using Granary.Core.Cursors;
using Granary.Core.Model;
using Granary.State.Records;
using Granary.State.Storage;

namespace Granary.State.Tables;

/// <summary>Builds seen running.</summary>
internal static class OpenTable
{
    private const string AddSql =
        "INSERT INTO open(source, id, attempt, finished, version, seen, expires, body) VALUES(?, ?, ?, ?, ?, ?, ?, ?) " +
        "ON CONFLICT DO NOTHING";

    // The expiry stays: it counts from when the build was first seen.
    private const string RefreshSql =
        "UPDATE open SET finished = ?, version = ?, seen = ?, body = ? WHERE source = ? AND id = ? AND attempt = ?";

    private const string ReadSql =
        "SELECT id, attempt, finished, version, seen, expires, body FROM open WHERE source = ? ORDER BY seen, id, attempt LIMIT ?";

    private const string FindSql =
        "SELECT id, attempt, finished, version, seen, expires, body FROM open WHERE source = ? AND id = ? AND attempt = ?";

    private const string LookedSql = "UPDATE open SET seen = ? WHERE source = ? AND id = ? AND attempt = ?";
    private const string RemoveSql = "DELETE FROM open WHERE source = ? AND id = ? AND attempt = ?";
    private const string ForgetSql = "DELETE FROM open WHERE source = ?";

    /// <returns>True where it was not there.</returns>
    public static bool AddOrRefresh(StateSession session, long source, Build build, DateTimeOffset seen, DateTimeOffset expires)
    {
        var (finished, body) = (Instants.Ticks(build.FinishedAt), BuildCodec.Pack(build));
        var refreshed = session.Use(RefreshSql).Bind(finished).Bind(build.Version).Bind(Instants.Ticks(seen)).Bind(body)
            .Bind(source).Bind(build.Key.Id).Bind(build.Key.Attempt).Run();
        return refreshed == 0 && session.Use(AddSql).Bind(source).Bind(build.Key.Id).Bind(build.Key.Attempt).Bind(finished)
            .Bind(build.Version).Bind(Instants.Ticks(seen)).Bind(Instants.Ticks(expires)).Bind(body).Run() > 0;
    }

    public static IReadOnlyList<OpenBuild> Read(StateSession session, string name, long source, int limit)
    {
        var builds = new List<OpenBuild>();
        using var row = session.Use(ReadSql).Bind(source).Bind(limit);
        while (row.Step())
        {
            builds.Add(Parse(row, name));
        }

        return builds;
    }

    public static OpenBuild? Find(StateSession session, long source, BuildKey key)
    {
        using var row = session.Use(FindSql).Bind(source).Bind(key.Id).Bind(key.Attempt);
        return row.Step() ? Parse(row, key.Source) : null;
    }

    public static void Looked(StateSession session, long source, BuildKey key, DateTimeOffset at) =>
        session.Use(LookedSql).Bind(Instants.Ticks(at)).Bind(source).Bind(key.Id).Bind(key.Attempt).Run();

    /// <returns>True where it was there.</returns>
    public static bool Remove(StateSession session, long source, BuildKey key) =>
        session.Use(RemoveSql).Bind(source).Bind(key.Id).Bind(key.Attempt).Run() > 0;

    public static void Forget(StateSession session, long source) => session.Use(ForgetSql).Bind(source).Run();

    private static OpenBuild Parse(Statement row, string source)
    {
        var key = new BuildKey(source, row.Text(0), row.Int(1));
        try
        {
            var build = BuildCodec.Unpack(row.Blob(6), key, Instants.Read(row.LongOrNull(2)), row.Text(3));
            return new(build, Instants.Read(row.Long(4)), Instants.Read(row.Long(5)));
        }
        catch (Exception exception) when (Damage.Is(exception))
        {
            throw Damage.Of("open build", key, exception);
        }
    }
}
