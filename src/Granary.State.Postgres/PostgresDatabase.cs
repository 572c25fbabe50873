using System.Data;
using System.Runtime.CompilerServices;
using Dapper;
using Granary.Core.Ports;
using Npgsql;

namespace Granary.State.Postgres;

/// <summary>Connections and transactions; tells outages (<see cref="StateUnavailableException"/>) from faults.</summary>
internal sealed class PostgresDatabase(NpgsqlDataSource source) : IAsyncDisposable
{
    static PostgresDatabase() => DefaultTypeMap.MatchNamesWithUnderscores = true;

    public async Task<T> ReadAsync<T>(Func<Session, Task<T>> read, CancellationToken cancellation)
    {
        try
        {
            await using var connection = await source.OpenConnectionAsync(cancellation);
            return await read(new(connection, null, cancellation));
        }
        catch (NpgsqlException e) when (IsOutage(e))
        {
            throw Unavailable(e);
        }
    }

    /// <summary>One transaction: committed when <paramref name="write"/> returns, else nothing has happened.</summary>
    public async Task<T> WriteAsync<T>(Func<Session, Task<T>> write, CancellationToken cancellation)
    {
        try
        {
            await using var connection = await source.OpenConnectionAsync(cancellation);
            await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellation);
            var result = await write(new(connection, transaction, cancellation));
            await transaction.CommitAsync(cancellation);
            return result;
        }
        catch (NpgsqlException e) when (IsOutage(e))
        {
            throw Unavailable(e);
        }
    }

    /// <summary>Reads many rows one by one, over one connection.</summary>
    public async IAsyncEnumerable<T> ScanAsync<T>(
        Func<NpgsqlConnection, IAsyncEnumerable<T>> scan, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var connection = await TellAsync(source.OpenConnectionAsync(cancellation));
        await using var rows = scan(connection).GetAsyncEnumerator(cancellation);
        while (await TellAsync(rows.MoveNextAsync()))
        {
            yield return rows.Current;
        }
    }

    /// <summary>
    /// A lost or refused connection, a server that shuts down or starts (class 57), has no room (53) or broke (58), a transaction
    /// to be tried again (40).
    /// </summary>
    public static bool IsOutage(NpgsqlException e) =>
        e is not PostgresException refused || refused.SqlState[..2] is "40" or "53" or "57" or "58" or "08";

    public static StateUnavailableException Unavailable(NpgsqlException e) => new($"PostgreSQL: {e.Message}", e);

    public ValueTask DisposeAsync() => source.DisposeAsync();

    private static async ValueTask<T> TellAsync<T>(ValueTask<T> step)
    {
        try
        {
            return await step;
        }
        catch (NpgsqlException e) when (IsOutage(e))
        {
            throw Unavailable(e);
        }
    }

    /// <summary>A connection, and the transaction that it is in.</summary>
    internal sealed record Session(NpgsqlConnection Connection, NpgsqlTransaction? Transaction, CancellationToken Cancellation)
    {
        public Task<int> RunAsync(string sql, object? values = null) => Connection.ExecuteAsync(Command(sql, values));

        public Task<T?> FindAsync<T>(string sql, object? values = null) =>
            Connection.QueryFirstOrDefaultAsync<T>(Command(sql, values));

        public async Task<IReadOnlyList<T>> ListAsync<T>(string sql, object? values = null) =>
            [.. await Connection.QueryAsync<T>(Command(sql, values))];

        private CommandDefinition Command(string sql, object? values) => new(sql, values, Transaction, cancellationToken: Cancellation);
    }
}
