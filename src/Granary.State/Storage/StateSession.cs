using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Granary.State.Storage;

/// <summary>One connection with its prepared statements. Not for two threads at once.</summary>
internal sealed class StateSession : IDisposable
{
    private readonly SqliteConnection connection;

    // By reference: statement texts are constants, so the same text is the same object.
    private readonly Dictionary<string, Statement> statements = new(ReferenceEqualityComparer.Instance);

    private sqlite3 Handle => connection.Handle ?? throw new InvalidOperationException("the session is closed");

    private StateSession(SqliteConnection connection) => this.connection = connection;

    /// <summary>Opens the file; the schema is not looked at.</summary>
    public static StateSession Open(string path, SqliteOpenMode mode)
    {
        Sqlite.SqliteLibrary.Use();
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = mode,
            Pooling = false,
            DefaultTimeout = 10,
        }.ToString());
        var session = new StateSession(connection);
        try
        {
            connection.Open();
            // Milliseconds: SQLite's own waiting is finer than the driver's.
            session.Execute("PRAGMA busy_timeout = 10000");
            // Keys are ordered by UTF-16 units elsewhere, by bytes in SQLite: they differ beyond the basic plane.
            connection.CreateCollation("ordinal", string.CompareOrdinal);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    public bool IsInMemory => connection.DataSource.Length == 0 || connection.DataSource == ":memory:";

    /// <summary>True while a transaction is open; some failures end it without being asked.</summary>
    public bool InTransaction => raw.sqlite3_get_autocommit(Handle) == 0;

    /// <summary>The statement of a constant text; dispose it after use.</summary>
    public Statement Use(string sql)
    {
        if (!statements.TryGetValue(sql, out var statement))
        {
            SqliteException.ThrowExceptionForRC(
                raw.sqlite3_prepare_v3(Handle, sql, raw.SQLITE_PREPARE_PERSISTENT, out var prepared),
                Handle);
            statement = new Statement(Handle, prepared);
            statements.Add(sql, statement);
        }

        return statement;
    }

    /// <summary>Runs statements that are needed once.</summary>
    public void Execute(string sql) =>
        SqliteException.ThrowExceptionForRC(raw.sqlite3_exec(Handle, sql), Handle);

    /// <summary>The first value of a query that is needed once.</summary>
    public object? Scalar(string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Only constants come here.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }

    public void Dispose()
    {
        foreach (var statement in statements.Values)
        {
            statement.Release();
        }

        statements.Clear();
        connection.Dispose();
    }
}
