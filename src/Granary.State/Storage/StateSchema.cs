using System.Globalization;

namespace Granary.State.Storage;

/// <summary>The tables of state.db and how they came to be. <c>docs/state-format.md</c> describes them.</summary>
internal static class StateSchema
{
    /// <summary>"GRNS": tells Granary's state from other SQLite files.</summary>
    public const int ApplicationId = 0x47524E53;

    /// <summary>The version that this program writes.</summary>
    public static int Version => Migrations.Length;

    // Indexes ascend though they are read downwards: what is newest is then appended, and their pages are full.
    // The n-th brings a database of version n to n + 1. Never change one that was released: add another.
    private static readonly string[] Migrations =
    [
        """
        CREATE TABLE source(
            id TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL UNIQUE, definition TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE origin(
            number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, version INTEGER NOT NULL DEFAULT 0,
            open INTEGER NOT NULL DEFAULT 0, pending INTEGER NOT NULL DEFAULT 0,
            newest_seen INTEGER, newest_indexed INTEGER,
            complete INTEGER NOT NULL DEFAULT 0, failed INTEGER NOT NULL DEFAULT 0,
            expired INTEGER NOT NULL DEFAULT 0, purged INTEGER NOT NULL DEFAULT 0,
            lines INTEGER NOT NULL DEFAULT 0, bytes INTEGER NOT NULL DEFAULT 0);
        CREATE TABLE cursor(
            source INTEGER PRIMARY KEY, taken TEXT NOT NULL DEFAULT '', filter_key TEXT NOT NULL DEFAULT '',
            last_poll INTEGER, last_error TEXT, last_error_at INTEGER);
        CREATE TABLE open(
            source INTEGER NOT NULL, id TEXT NOT NULL, attempt INTEGER NOT NULL,
            finished INTEGER, version TEXT NOT NULL, seen INTEGER NOT NULL, expires INTEGER NOT NULL, body BLOB NOT NULL,
            PRIMARY KEY(source, id, attempt)) WITHOUT ROWID;
        CREATE INDEX open_seen ON open(source, seen);
        CREATE TABLE pending(
            source INTEGER NOT NULL, id TEXT NOT NULL, attempt INTEGER NOT NULL,
            finished INTEGER, version TEXT NOT NULL, attempts INTEGER NOT NULL, next_try INTEGER NOT NULL,
            generation INTEGER NOT NULL, normaliser INTEGER NOT NULL, masking INTEGER NOT NULL, index_day INTEGER NOT NULL,
            read_before INTEGER NOT NULL, error TEXT, body BLOB NOT NULL, checkpoint BLOB,
            PRIMARY KEY(source, id, attempt)) WITHOUT ROWID;
        CREATE INDEX pending_finished ON pending(source, finished, next_try);
        CREATE INDEX pending_try ON pending(source, next_try);
        CREATE TABLE receipt(
            number INTEGER PRIMARY KEY, source INTEGER NOT NULL, id TEXT NOT NULL, attempt INTEGER NOT NULL,
            finished INTEGER, version TEXT NOT NULL, status INTEGER NOT NULL, generation INTEGER NOT NULL,
            lines INTEGER NOT NULL, bytes INTEGER NOT NULL, body BLOB NOT NULL);
        CREATE UNIQUE INDEX receipt_key ON receipt(id, source, attempt);
        CREATE INDEX receipt_finished ON receipt(finished, source, status);
        CREATE INDEX receipt_status ON receipt(status, finished) WHERE status <> 0;
        """,
        "ALTER TABLE pending ADD COLUMN held BLOB",
    ];

    /// <summary>Creates or migrates, in one transaction; a second process waits for it.</summary>
    /// <exception cref="StateFormatException">Not Granary's, or newer.</exception>
    public static void Prepare(StateSession session, string path)
    {
        if (ReadVersion(session, path) == Version)
        {
            return;
        }

        session.Execute("BEGIN IMMEDIATE");
        try
        {
            for (var version = ReadVersion(session, path); version < Version; version++)
            {
                session.Execute(Migrations[version]);
            }

            session.Execute(string.Create(
                CultureInfo.InvariantCulture, $"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {Version}"));
            session.Execute("COMMIT");
        }
        catch
        {
            if (session.InTransaction)
            {
                session.Execute("ROLLBACK");
            }

            throw;
        }
    }

    /// <summary>0 for a file without tables.</summary>
    /// <exception cref="StateFormatException">Not Granary's, or newer.</exception>
    public static int ReadVersion(StateSession session, string path)
    {
        var application = (long)session.Scalar("PRAGMA application_id")!;
        var version = (long)session.Scalar("PRAGMA user_version")!;
        if (application == 0 && version == 0 && (long)session.Scalar("SELECT count(*) FROM sqlite_master")! == 0)
        {
            return 0;
        }

        if (application != ApplicationId)
        {
            throw new StateFormatException($"{path} is a database, but not one of Granary's");
        }

        return version <= Version
            ? (int)version
            : throw new StateFormatException(
                $"{path} is of format {version}; this program knows formats up to {Version}: use a newer Granary");
    }
}
