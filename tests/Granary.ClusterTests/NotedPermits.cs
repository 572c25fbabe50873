using Dapper;
using Granary.Cluster;
using Npgsql;

namespace Granary.ClusterTests;

/// <summary>Notes in the database, by its clock, when each request to a host had its permit: within the time that it really had it.</summary>
internal sealed class NotedPermits(string database) : IAsyncDisposable
{
    public const string Table = "CREATE TABLE permit(id uuid PRIMARY KEY, silo int, began timestamptz DEFAULT clock_timestamp(), ended timestamptz)";

    /// <summary>The most that were held at once.</summary>
    public const string MostAtOnce =
        "SELECT max((SELECT count(*) FROM permit o WHERE o.began <= p.began AND coalesce(o.ended, 'infinity') > p.began)) FROM permit p";

    private readonly NpgsqlDataSource source = NpgsqlDataSource.Create(database);

    public Func<string, int, CancellationToken, ValueTask<IDisposable>> Noted(EnterHost enter) => async (host, limit, cancellation) =>
    {
        var permit = await enter(host, limit, cancellation);
        var id = Guid.NewGuid();
        await using var connection = await source.OpenConnectionAsync(CancellationToken.None);
        await connection.ExecuteAsync("INSERT INTO permit(id, silo) VALUES (@id, @silo)", new { id, silo = Environment.ProcessId });
        return new Noting(source, id, permit);
    };

    public ValueTask DisposeAsync() => source.DisposeAsync();

    private sealed record Noting(NpgsqlDataSource Source, Guid Id, IDisposable Permit) : IDisposable
    {
        public void Dispose()
        {
            using (var connection = Source.OpenConnection())
            {
                connection.Execute("UPDATE permit SET ended = clock_timestamp() WHERE id = @Id AND ended IS NULL", new { Id });
            }

            Permit.Dispose();
        }
    }
}
