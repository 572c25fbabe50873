using Granary.Core.Model;
using Granary.Sqlite;
using Microsoft.Data.Sqlite;

namespace Granary.Blocks.Catalogue;

/// <summary>index.db: which segment files make up the index, and what of them is deleted. Not safe for several threads.</summary>
internal sealed class IndexDatabase : IDisposable
{
    private const int FormatVersion = 1;

    private const string Schema = """
        CREATE TABLE segments (
          id INTEGER PRIMARY KEY, day INTEGER NOT NULL, bytes INTEGER NOT NULL, raw INTEGER NOT NULL, entries INTEGER NOT NULL,
          first_finish INTEGER NOT NULL, last_finish INTEGER NOT NULL);
        CREATE TABLE tombstones (
          source TEXT NOT NULL, build TEXT NOT NULL, attempt INTEGER NOT NULL, generation INTEGER NOT NULL, day INTEGER NOT NULL,
          PRIMARY KEY (source, build, attempt)) WITHOUT ROWID;
        CREATE TABLE counter (last_segment INTEGER NOT NULL);
        INSERT INTO counter VALUES (0);
        """;

    private readonly SqliteConnection connection;

    private IndexDatabase(SqliteConnection connection) => this.connection = connection;

    /// <summary>The largest id that any committed segment ever had.</summary>
    public long LastSegment => Convert.ToInt64(Scalar("SELECT last_segment FROM counter"), null);

    /// <summary>Changes whenever another connection has committed; costs microseconds.</summary>
    public long DataVersion => Convert.ToInt64(Scalar("PRAGMA data_version"), null);

    /// <summary>Opens for writing; makes it where it is not there.</summary>
    /// <exception cref="IndexFormatException">A newer version made it.</exception>
    public static IndexDatabase OpenWriter(string path)
    {
        var database = Open(path, SqliteOpenMode.ReadWriteCreate);
        database.Execute("PRAGMA journal_mode = WAL");
        database.Execute("PRAGMA synchronous = FULL");
        if (database.ReadVersion() == 0)
        {
            database.Execute($"BEGIN IMMEDIATE; {Schema} PRAGMA user_version = {FormatVersion}; COMMIT");
        }

        return database.Checked();
    }

    /// <summary>Opens for reading; null where there is none, or one that its maker has not finished.</summary>
    /// <exception cref="IndexFormatException">A newer version made it.</exception>
    public static IndexDatabase? OpenReader(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        var database = Open(path, SqliteOpenMode.ReadWrite);
        if (database.ReadVersion() == 0)
        {
            database.Dispose();
            return null;
        }

        return database.Checked();
    }

    public CatalogueContents Read()
    {
        using var transaction = connection.BeginTransaction(deferred: true);
        var segments = new List<SegmentRow>();
        using (var rows = Query("SELECT id, day, bytes, raw, entries, first_finish, last_finish FROM segments ORDER BY id"))
        {
            while (rows.Read())
            {
                segments.Add(new SegmentRow(rows.GetInt64(0), DateOnly.FromDayNumber(rows.GetInt32(1)), rows.GetInt64(2),
                    rows.GetInt64(3), rows.GetInt64(4), rows.GetInt64(5), rows.GetInt64(6)));
            }
        }

        var deleted = ReadTombstones().ToDictionary(tombstone => tombstone.Build, tombstone => tombstone.Generation);
        return new CatalogueContents(segments, deleted);
    }

    public IReadOnlyList<Tombstone> ReadTombstones()
    {
        var tombstones = new List<Tombstone>();
        using var rows = Query("SELECT source, build, attempt, generation, day FROM tombstones");
        while (rows.Read())
        {
            tombstones.Add(new Tombstone(new BuildKey(rows.GetString(0), rows.GetString(1), rows.GetInt32(2)),
                rows.GetInt32(3), DateOnly.FromDayNumber(rows.GetInt32(4))));
        }

        return tombstones;
    }

    /// <summary>Swaps segments in one durable transaction.</summary>
    /// <param name="added">New ones, whose files are flushed and named.</param>
    /// <param name="removed">Those whose chunks the new ones hold, or which are deleted.</param>
    /// <param name="lifted">A tombstone that no file needs any more.</param>
    public void Swap(IReadOnlyList<SegmentRow> added, IReadOnlyList<long> removed, Tombstone? lifted = null)
    {
        using var transaction = connection.BeginTransaction();
        foreach (var id in removed)
        {
            Execute("DELETE FROM segments WHERE id = $0", id);
        }

        foreach (var row in added)
        {
            Execute("INSERT INTO segments VALUES ($0, $1, $2, $3, $4, $5, $6)",
                row.Id, row.Day.DayNumber, row.Bytes, row.Raw, row.Entries, row.FirstFinish, row.LastFinish);
            Execute("UPDATE counter SET last_segment = max(last_segment, $0)", row.Id);
        }

        if (lifted is { } tombstone)
        {
            Execute("DELETE FROM tombstones WHERE source = $0 AND build = $1 AND attempt = $2 AND generation <= $3",
                tombstone.Build.Source, tombstone.Build.Id, tombstone.Build.Attempt, tombstone.Generation);
        }

        transaction.Commit();
    }

    /// <summary>Hides what the tombstone names, durably.</summary>
    public void Bury(Tombstone tombstone) => Execute(
        """
        INSERT INTO tombstones VALUES ($0, $1, $2, $3, $4)
        ON CONFLICT DO UPDATE SET generation = max(generation, excluded.generation), day = excluded.day
        """,
        tombstone.Build.Source, tombstone.Build.Id, tombstone.Build.Attempt, tombstone.Generation, tombstone.Day.DayNumber);

    public void Dispose() => connection.Dispose();

    private static IndexDatabase Open(string path, SqliteOpenMode mode)
    {
        SqliteLibrary.Use();
        var settings = new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false, DefaultTimeout = 30 };
        var connection = new SqliteConnection(settings.ToString());
        connection.Open();
        return new IndexDatabase(connection);
    }

    private long ReadVersion() => Convert.ToInt64(Scalar("PRAGMA user_version"), null);

    private IndexDatabase Checked()
    {
        var version = ReadVersion();
        if (version == FormatVersion)
        {
            return this;
        }

        Dispose();
        throw new IndexFormatException($"index.db has format {version}; this program reads format {FormatVersion}");
    }

    private object? Scalar(string sql)
    {
        using var command = Command(sql, []);
        return command.ExecuteScalar();
    }

    private SqliteDataReader Query(string sql)
    {
        var command = Command(sql, []);
        return command.ExecuteReader();
    }

    private void Execute(string sql, params ReadOnlySpan<object> values)
    {
        using var command = Command(sql, values);
        command.ExecuteNonQuery();
    }

    private SqliteCommand Command(string sql, ReadOnlySpan<object> values)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // Every statement is a constant of this class.
        command.CommandText = sql;
#pragma warning restore CA2100
        for (var index = 0; index < values.Length; index++)
        {
            command.Parameters.AddWithValue($"${index}", values[index]);
        }

        return command;
    }
}
