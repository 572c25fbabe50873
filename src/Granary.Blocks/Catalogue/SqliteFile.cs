using System.Text;
using Granary.Sqlite;
using SQLitePCL;

namespace Granary.Blocks.Catalogue;

/// <summary>
/// A SQLite database by SQLite's own calls. The ADO.NET driver would cost a search a sixth of its time from process start: the
/// connection string alone compiles four regular expressions. Not safe for several threads.
/// </summary>
internal sealed class SqliteFile : IDisposable
{
    private const int BusyMilliseconds = 30_000;

    private readonly string path;
    private readonly sqlite3 database;

    private SqliteFile(string path, sqlite3 database) => (this.path, this.database) = (path, database);

    /// <summary>Opens for reading and writing, which a reader of a write-ahead log needs too.</summary>
    /// <exception cref="IOException">It cannot be opened; so of every method: SQLite says no.</exception>
    public static SqliteFile Open(string path, bool create)
    {
        var file = Open(path, path, raw.SQLITE_OPEN_READWRITE | (create ? raw.SQLITE_OPEN_CREATE : 0));
        if (create || raw.sqlite3_db_readonly(file.database, "main") != 1 || File.Exists(path + "-wal"))
        {
            return file;
        }

        // Who may only read cannot make the write-ahead log's own files. Nobody writes while there are none, so it stands still.
        file.Dispose();
        var address = "file:" + Uri.EscapeDataString(path).Replace("%2F", "/", StringComparison.Ordinal) + "?immutable=1";
        return Open(path, address, raw.SQLITE_OPEN_READONLY | raw.SQLITE_OPEN_URI);
    }

    private static SqliteFile Open(string path, string address, int flags)
    {
        SqliteLibrary.Use();
        var result = raw.sqlite3_open_v2(address, out var database, flags, null);
        var file = new SqliteFile(path, database);
        try
        {
            file.Require(result, raw.SQLITE_OK);
            file.Require(raw.sqlite3_busy_timeout(database, BusyMilliseconds), raw.SQLITE_OK);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Runs one statement to its end.</summary>
    public void Execute(string sql, params ReadOnlySpan<object> values)
    {
        using var statement = Prepare(sql, values);
        while (Step(statement))
        {
        }
    }

    /// <summary>The first column of a statement's one row.</summary>
    public long Number(string sql)
    {
        using var statement = Prepare(sql, []);
        return Step(statement) ? raw.sqlite3_column_int64(statement, 0) : throw new IOException($"{path}: no answer to {sql}");
    }

    public IReadOnlyList<T> Query<T>(string sql, Func<Row, T> read)
    {
        var rows = new List<T>();
        using var statement = Prepare(sql, []);
        var row = new Row(statement);
        while (Step(statement))
        {
            rows.Add(read(row));
        }

        return rows;
    }

    /// <summary>Runs <paramref name="work"/> within a transaction that begins with <paramref name="begin"/>.</summary>
    public void Transact(string begin, Action work)
    {
        Execute(begin);
        try
        {
            work();
            Execute("COMMIT");
        }
        catch
        {
            // Some failures end it by themselves.
            if (raw.sqlite3_get_autocommit(database) == 0)
            {
                _ = raw.sqlite3_exec(database, "ROLLBACK");
            }

            throw;
        }
    }

    public void Dispose() => database.Dispose();

    private sqlite3_stmt Prepare(string sql, ReadOnlySpan<object> values)
    {
        Require(raw.sqlite3_prepare_v2(database, sql, out var statement), raw.SQLITE_OK);
        for (var index = 0; index < values.Length; index++)
        {
            // By bytes and length, because an id may hold a NUL.
            Require(
                values[index] is string text
                    ? raw.sqlite3_bind_text(statement, index + 1, (ReadOnlySpan<byte>)Encoding.UTF8.GetBytes(text))
                    : raw.sqlite3_bind_int64(statement, index + 1, Convert.ToInt64(values[index], null)),
                raw.SQLITE_OK);
        }

        return statement;
    }

    private bool Step(sqlite3_stmt statement)
    {
        var result = raw.sqlite3_step(statement);
        Require(result, result == raw.SQLITE_ROW ? raw.SQLITE_ROW : raw.SQLITE_DONE);
        return result == raw.SQLITE_ROW;
    }

    private void Require(int result, int wanted)
    {
        if (result != wanted)
        {
            throw new IOException($"{path}: {raw.sqlite3_errmsg(database).utf8_to_string()} (SQLite error {result})");
        }
    }

    /// <summary>The row at which a query stands; columns count from 0.</summary>
    internal sealed class Row(sqlite3_stmt statement)
    {
        public long Long(int column) => raw.sqlite3_column_int64(statement, column);

        public int Int(int column) => checked((int)Long(column));

        public string Text(int column) => Encoding.UTF8.GetString(raw.sqlite3_column_blob(statement, column));
    }
}
