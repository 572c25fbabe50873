using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Granary.State.Storage;

/// <summary>
/// A prepared statement, used again and again: disposing gives it back to its session (reset, unbound). Parameters count
/// from 1 in the order they are bound, columns from 0.
/// </summary>
internal sealed class Statement(sqlite3 database, sqlite3_stmt statement) : IDisposable
{
    private const int StackBytes = 256;

    private int bound;

    public Statement Bind(long value) => Checked(raw.sqlite3_bind_int64(statement, ++bound, value));

    public Statement Bind(long? value) => value is { } number ? Bind(number) : Checked(raw.sqlite3_bind_null(statement, ++bound));

    public Statement Bind(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            // An empty span has no address, which SQLite takes for NULL.
            return Checked(text is null
                ? raw.sqlite3_bind_null(statement, ++bound)
                : raw.sqlite3_bind_text(statement, ++bound, ""));
        }

        // By bytes and length, because an id may hold a NUL.
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        Span<byte> bytes = most <= StackBytes ? stackalloc byte[StackBytes] : new byte[most];
        return Checked(raw.sqlite3_bind_text(statement, ++bound, bytes[..Encoding.UTF8.GetBytes(text, bytes)]));
    }

    public Statement Bind(byte[]? blob) => Checked(blob is null
        ? raw.sqlite3_bind_null(statement, ++bound)
        : raw.sqlite3_bind_blob(statement, ++bound, blob));

    /// <summary>True when it stands at a row.</summary>
    public bool Step()
    {
        var result = raw.sqlite3_step(statement);
        if (result is not raw.SQLITE_ROW and not raw.SQLITE_DONE)
        {
            SqliteException.ThrowExceptionForRC(result, database);
        }

        return result == raw.SQLITE_ROW;
    }

    /// <summary>Runs a statement without rows and gives it back.</summary>
    /// <returns>Rows changed.</returns>
    public int Run()
    {
        using (this)
        {
            Step();
            return raw.sqlite3_changes(database);
        }
    }

    public bool IsNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    public long Long(int column) => raw.sqlite3_column_int64(statement, column);

    public long? LongOrNull(int column) => IsNull(column) ? null : Long(column);

    public int Int(int column) => checked((int)Long(column));

    public string Text(int column) => Encoding.UTF8.GetString(Blob(column));

    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    /// <summary>Valid until the next step.</summary>
    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(statement, column);

    public void Dispose()
    {
        bound = 0;
        raw.sqlite3_reset(statement);
        raw.sqlite3_clear_bindings(statement);
    }

    /// <summary>The end of its life; called by the session.</summary>
    public void Release() => statement.Dispose();

    private Statement Checked(int result)
    {
        SqliteException.ThrowExceptionForRC(result, database);
        return this;
    }
}
