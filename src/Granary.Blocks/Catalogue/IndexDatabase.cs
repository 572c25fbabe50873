using Granary.Core.Model;

namespace Granary.Blocks.Catalogue;

/// <summary>index.db: which segment files make up the index, and what of them is deleted. Not safe for several threads.</summary>
internal sealed class IndexDatabase : IDisposable
{
    private const int FormatVersion = 1;

    private static readonly string[] Schema =
    [
        """
        CREATE TABLE segments (
          id INTEGER PRIMARY KEY, day INTEGER NOT NULL, bytes INTEGER NOT NULL, raw INTEGER NOT NULL, entries INTEGER NOT NULL,
          first_finish INTEGER NOT NULL, last_finish INTEGER NOT NULL)
        """,
        """
        CREATE TABLE tombstones (
          source TEXT NOT NULL, build TEXT NOT NULL, attempt INTEGER NOT NULL, generation INTEGER NOT NULL, day INTEGER NOT NULL,
          PRIMARY KEY (source, build, attempt)) WITHOUT ROWID
        """,
        "CREATE TABLE counter (last_segment INTEGER NOT NULL)",
        "INSERT INTO counter VALUES (0)",
        $"PRAGMA user_version = {FormatVersion}",
    ];

    private readonly SqliteFile file;

    private IndexDatabase(SqliteFile file) => this.file = file;

    /// <summary>The largest id that any committed segment ever had.</summary>
    public long LastSegment => file.Number("SELECT last_segment FROM counter");

    /// <summary>Changes whenever another connection has committed; costs microseconds.</summary>
    public long DataVersion => file.Number("PRAGMA data_version");

    /// <summary>Opens for writing; makes it where it is not there.</summary>
    /// <exception cref="IndexFormatException">A newer version made it.</exception>
    public static IndexDatabase OpenWriter(string path)
    {
        var database = new IndexDatabase(SqliteFile.Open(path, create: true));
        try
        {
            database.file.Execute("PRAGMA journal_mode = WAL");
            database.file.Execute("PRAGMA synchronous = FULL");
            if (database.ReadVersion() == 0)
            {
                database.file.Transact("BEGIN IMMEDIATE", () => Array.ForEach(Schema, statement => database.file.Execute(statement)));
            }
        }
        catch
        {
            database.Dispose();
            throw;
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

        var database = new IndexDatabase(SqliteFile.Open(path, create: false));
        if (database.ReadVersion() == 0)
        {
            database.Dispose();
            return null;
        }

        return database.Checked();
    }

    public CatalogueContents Read()
    {
        var contents = CatalogueContents.Empty;
        file.Transact("BEGIN", () => contents = new CatalogueContents(
            file.Query(
                "SELECT id, day, bytes, raw, entries, first_finish, last_finish FROM segments ORDER BY id",
                row => new SegmentRow(row.Long(0), DateOnly.FromDayNumber(row.Int(1)), row.Long(2), row.Long(3), row.Long(4), row.Long(5), row.Long(6))),
            ReadTombstones().ToDictionary(tombstone => tombstone.Build, tombstone => tombstone.Generation)));
        return contents;
    }

    public IReadOnlyList<Tombstone> ReadTombstones() => file.Query(
        "SELECT source, build, attempt, generation, day FROM tombstones",
        row => new Tombstone(new BuildKey(row.Text(0), row.Text(1), row.Int(2)), row.Int(3), DateOnly.FromDayNumber(row.Int(4))));

    /// <summary>Swaps segments in one durable transaction.</summary>
    /// <param name="added">New ones, whose files are flushed and named.</param>
    /// <param name="removed">Those whose chunks the new ones hold, or which are deleted.</param>
    /// <param name="lifted">A tombstone that no file needs any more.</param>
    public void Swap(IReadOnlyList<SegmentRow> added, IReadOnlyList<long> removed, Tombstone? lifted = null) =>
        file.Transact("BEGIN IMMEDIATE", () =>
        {
            foreach (var id in removed)
            {
                file.Execute("DELETE FROM segments WHERE id = ?", id);
            }

            foreach (var row in added)
            {
                file.Execute("INSERT INTO segments VALUES (?, ?, ?, ?, ?, ?, ?)",
                    row.Id, row.Day.DayNumber, row.Bytes, row.Raw, row.Entries, row.FirstFinish, row.LastFinish);
                file.Execute("UPDATE counter SET last_segment = max(last_segment, ?)", row.Id);
            }

            if (lifted is { } tombstone)
            {
                file.Execute("DELETE FROM tombstones WHERE source = ? AND build = ? AND attempt = ? AND generation <= ?",
                    tombstone.Build.Source, tombstone.Build.Id, tombstone.Build.Attempt, tombstone.Generation);
            }
        });

    /// <summary>Hides what the tombstone names, durably.</summary>
    public void Bury(Tombstone tombstone) => file.Execute(
        """
        INSERT INTO tombstones VALUES (?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET generation = max(generation, excluded.generation), day = excluded.day
        """,
        tombstone.Build.Source, tombstone.Build.Id, tombstone.Build.Attempt, tombstone.Generation, tombstone.Day.DayNumber);

    public void Dispose() => file.Dispose();

    private long ReadVersion() => file.Number("PRAGMA user_version");

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
}
