using Granary.Core.Ports;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Granary.State.Storage;

/// <summary>Opens sessions on state.db, and tells its failures in the words of the port.</summary>
internal sealed class StateDatabase(string path)
{
    public string Path { get; } = path;

    /// <summary>The one session that writes; creates and migrates.</summary>
    public StateSession OpenWriter() => Translated(() =>
    {
        var session = StateSession.Open(Path, SqliteOpenMode.ReadWriteCreate);
        try
        {
            // What is committed must survive a power loss; the last two matter on macOS only.
            session.Execute(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA fullfsync = 1; PRAGMA checkpoint_fullfsync = 1");
            // A burst must not leave a log of its size behind for ever.
            session.Execute("PRAGMA journal_size_limit = 67108864");
            StateSchema.Prepare(session, Path);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    });

    /// <summary>A session that only reads; an empty one in memory where there is no database yet.</summary>
    public StateSession OpenReader() => Translated(() =>
    {
        if (!File.Exists(Path))
        {
            return OpenEmpty();
        }

        var session = StateSession.Open(Path, SqliteOpenMode.ReadOnly);
        try
        {
            var version = StateSchema.ReadVersion(session, Path);
            if (version == StateSchema.Version)
            {
                return session;
            }

            session.Dispose();
            return version == 0
                ? OpenEmpty()
                : throw new StateFormatException($"{Path} is of format {version}: collecting once brings it to {StateSchema.Version}");
        }
        catch
        {
            session.Dispose();
            throw;
        }
    });

    public T Translated<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (SqliteException exception)
        {
            throw Translate(exception);
        }
    }

    /// <summary>The port's exception for SQLite's; the same one where it can only be a fault of this program.</summary>
    public Exception Translate(SqliteException exception) => exception.SqliteErrorCode switch
    {
        raw.SQLITE_FULL => new StateUnavailableException($"no space is left to write {Path}", exception),
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED =>
            new StateUnavailableException($"{Path} is locked by another program", exception),
        raw.SQLITE_IOERR or raw.SQLITE_CANTOPEN or raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_NOMEM or raw.SQLITE_PROTOCOL =>
            new StateUnavailableException($"{Path} cannot be read or written: {exception.Message}", exception),
        raw.SQLITE_CORRUPT => new StateFormatException($"{Path} is damaged: {exception.Message}", exception),
        raw.SQLITE_NOTADB => new StateFormatException($"{Path} is not a database", exception),
        _ => exception,
    };

    private StateSession OpenEmpty()
    {
        var session = StateSession.Open(":memory:", SqliteOpenMode.Memory);
        StateSchema.Prepare(session, Path);
        return session;
    }
}
