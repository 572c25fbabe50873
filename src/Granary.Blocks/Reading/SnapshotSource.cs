using Granary.Blocks.Catalogue;
using Granary.Blocks.Format;
using Granary.Core.Search;

namespace Granary.Blocks.Reading;

/// <summary>Takes snapshots of an index that another process may be writing.</summary>
internal sealed class SnapshotSource(string folder) : IDisposable
{
    // A segment can vanish between reading its row and opening it: it was merged. More often than this in a row it is missing.
    private const int Tries = 5;

    // Fewer are opened sooner than another thread begins.
    private const int FewSegments = 16;

    private readonly Lock taking = new();
    private readonly SegmentPool pool = new(IndexFolder.SegmentsIn(folder));
    private IndexDatabase? database;
    private CatalogueContents contents = CatalogueContents.Empty;
    private long version = -1;

    /// <summary>The index as it is committed now.</summary>
    /// <exception cref="IndexFormatException">A newer version made the index.</exception>
    public Snapshot Take()
    {
        lock (taking)
        {
            for (var left = Tries; ; left--)
            {
                Refresh();
                var snapshot = Open();
                var changed = database is not null && database.DataVersion != version;
                if (snapshot.Damages.Count == 0 || !changed || left == 0)
                {
                    return snapshot;
                }

                snapshot.Dispose();
            }
        }
    }

    /// <summary>Takes segments out of the catalogue by the names of their files.</summary>
    public void Forget(IReadOnlySet<string> files)
    {
        lock (taking)
        {
            Refresh();
            database?.Swap([], [.. contents.Segments.Where(row => files.Contains(row.FileName)).Select(row => row.Id)]);
            // A connection is not told of its own changes.
            version = -1;
        }
    }

    public void Dispose()
    {
        database?.Dispose();
        pool.Dispose();
    }

    private void Refresh()
    {
        database ??= IndexDatabase.OpenReader(IndexFolder.DatabaseIn(folder));
        if (database is null)
        {
            return;
        }

        var current = database.DataVersion;
        if (current != version)
        {
            contents = database.Read();
            version = current;
            pool.Retain(contents.Segments.Select(row => row.Id).ToHashSet());
        }
    }

    private Snapshot Open()
    {
        var rows = contents.Segments;
        var opened = new SnapshotSegment?[rows.Count];
        var damages = new IndexDamage?[rows.Count];
        var next = -1;
        void OpenSome()
        {
            for (int index; (index = Interlocked.Increment(ref next)) < rows.Count;)
            {
                opened[index] = TryOpen(rows[index], out damages[index]);
            }
        }

        // A search that has just started opens all of them: the second processor halves that.
        var beside = pool.Count < rows.Count - FewSegments ? Task.Run(OpenSome) : Task.CompletedTask;
        try
        {
            OpenSome();
            beside.GetAwaiter().GetResult();
        }
        catch
        {
            beside.ContinueWith(_ => { }, TaskScheduler.Default).Wait();
            new Snapshot(pool, contents, [.. opened.OfType<SnapshotSegment>()], []).Dispose();
            throw;
        }

        return new Snapshot(pool, contents, [.. opened.OfType<SnapshotSegment>()], [.. damages.OfType<IndexDamage>()]);
    }

    private SnapshotSegment? TryOpen(SegmentRow row, out IndexDamage? damage)
    {
        damage = null;
        try
        {
            return new SnapshotSegment(row, pool.Take(row));
        }
        catch (FileNotFoundException)
        {
            damage = new IndexDamage(row.FileName, "the file is missing");
        }
        catch (Exception e) when (SegmentDamageException.Tells(e))
        {
            damage = SegmentDamageException.Describe(row.FileName, e);
        }

        return null;
    }
}
