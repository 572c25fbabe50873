using System.Globalization;
using Granary.Blocks.Files;
using Granary.Blocks.Format;
using Granary.Blocks.Writing;
using Granary.Core.Model;
using Granary.Core.Ports;

namespace Granary.Blocks.Catalogue;

/// <summary>The folder of an index as its one writer holds it: the lock, the catalogue, and the committed segments.</summary>
internal sealed class IndexFolder : IDisposable
{
    private readonly FileStream writerLock;
    private readonly IndexDatabase database;
    private readonly Lock committing = new();
    private long lastSegment;

    private IndexFolder(BlockIndexOptions options, FileStream writerLock, IndexDatabase database)
    {
        (Options, this.writerLock, this.database) = (options, writerLock, database);
        Segments = SegmentsIn(options.Folder);
        Pool = new SegmentPool(Segments);
        Held = new HeldChunks(Pool);
        lastSegment = database.LastSegment;
        Contents = database.Read();
        Held.Set(Contents);
    }

    public BlockIndexOptions Options { get; }

    /// <summary>Where the segment files are.</summary>
    public string Segments { get; }

    public SegmentPool Pool { get; }

    public HeldChunks Held { get; }

    /// <summary>What is committed.</summary>
    public CatalogueContents Contents { get; private set; }

    public FileLayer Layer => Options.Layer;

    public static string SegmentsIn(string folder) => Path.Combine(folder, "segments");

    public static string DatabaseIn(string folder) => Path.Combine(folder, "index.db");

    public static IndexFolder Open(BlockIndexOptions options)
    {
        Directory.CreateDirectory(SegmentsIn(options.Folder));
        var writerLock = Lock(options.Folder);
        IndexDatabase? database = null;
        try
        {
            database = IndexDatabase.OpenWriter(DatabaseIn(options.Folder));
            options.Layer.FlushDirectory(options.Folder);
            // Whether the folder was made now or by one who was cut short: its name must last no less than what is said of its contents.
            options.Layer.FlushDirectory(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.Folder))) ?? options.Folder);
            var folder = new IndexFolder(options, writerLock, database);
            folder.DeleteUnnamed();
            return folder;
        }
        catch
        {
            database?.Dispose();
            writerLock.Dispose();
            throw;
        }
    }

    /// <summary>An id for a new segment; one that is never committed leaves a gap.</summary>
    public long NextSegment() => Interlocked.Increment(ref lastSegment);

    /// <summary>Swaps segments in one transaction, then deletes the files of those removed.</summary>
    public void Commit(IReadOnlyList<SegmentRow> added, IReadOnlyList<SegmentRow> removed, Tombstone? lifted = null)
    {
        lock (committing)
        {
            database.Swap(added, [.. removed.Select(row => row.Id)], lifted);
            Refresh();
        }

        foreach (var row in removed)
        {
            Layer.Delete(Path.Combine(Segments, row.FileName));
        }

        if (removed.Count > 0)
        {
            Layer.FlushDirectory(Segments);
        }
    }

    public void Bury(Tombstone tombstone)
    {
        lock (committing)
        {
            database.Bury(tombstone);
            Refresh();
        }
    }

    public IReadOnlyList<Tombstone> ReadTombstones()
    {
        lock (committing)
        {
            return database.ReadTombstones();
        }
    }

    public long Count(BuildKey build, int generation, DateOnly day)
    {
        while (true)
        {
            try
            {
                return Held.SegmentsOf(day)
                    .Sum(row => Count(row, log => log.Log.Build.Key == build && log.Log.Generation == generation, build.Hash));
            }
            catch (FileNotFoundException)
            {
                continue;
            }
        }
    }

    private long Count(SegmentRow row, Func<SegmentLog, bool> wanted, Id96 buildHash)
    {
        try
        {
            var segment = Pool.Take(row);
            try
            {
                return segment.PagesOf(buildHash).SelectMany(segment.ReadPage)
                    .Where(log => wanted(log) && !Contents.IsDeleted(log.Log))
                    .Sum(log => log.Chunks.Where(chunk => segment.Directory.Blocks[chunk.Block].Stored > 0).Sum(chunk => (long)chunk.Count));
            }
            finally
            {
                Pool.Return(row);
            }
        }
        catch (Exception e) when (SegmentDamageException.Tells(e) && !Held.WentElsewhere(row, e))
        {
            // What cannot be read does not count: the caller then knows that something is missing.
            return 0;
        }
    }

    private static string Size(long bytes) => bytes < 1_000_000
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes:N0} bytes")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:N0} MB");

    /// <exception cref="IndexUnavailableException">There is no room for another <paramref name="bytes"/>.</exception>
    public void RequireRoom(long bytes)
    {
        var free = Layer.FreeBytes(Segments);
        if (free - bytes < Options.FreeDiskFloor)
        {
            throw new IndexUnavailableException(
                $"{Options.Folder} has {Size(free)} free; the floor of {Size(Options.FreeDiskFloor)} would be passed");
        }

        var size = Contents.Segments.Sum(row => row.Bytes);
        if (Options.MaxSize > 0 && size + bytes > Options.MaxSize)
        {
            throw new IndexUnavailableException($"the index has {Size(size)}; at most {Size(Options.MaxSize)} are allowed");
        }
    }

    public void Dispose()
    {
        Pool.Dispose();
        database.Dispose();
        writerLock.Dispose();
    }

    private static FileStream Lock(string folder)
    {
        try
        {
            return new FileStream(Path.Combine(folder, "writer.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new IndexLockedException(folder, e);
        }
    }

    private void Refresh()
    {
        Contents = database.Read();
        Held.Set(Contents);
        Pool.Retain(Contents.Segments.Select(row => row.Id).ToHashSet());
    }

    private void DeleteUnnamed()
    {
        var named = Contents.Segments.Select(row => row.FileName).ToHashSet();
        foreach (var path in Directory.EnumerateFiles(Segments).Where(path => !named.Contains(Path.GetFileName(path))))
        {
            Layer.Delete(path);
        }
    }
}
