using Granary.Blocks.Catalogue;
using Granary.Blocks.Format;
using Granary.Core.Chunks;
using Granary.Core.Model;

namespace Granary.Blocks.Writing;

/// <summary>Merges small segments and takes deleted lines out of files, one at a time, beside the writing.</summary>
internal sealed class Maintenance : IAsyncDisposable
{
    private readonly IndexFolder folder;
    private readonly BlockPacker packer = new(1);
    private readonly SegmentRewriter rewriter;
    private readonly SemaphoreSlim turn = new(1);
    private readonly SemaphoreSlim wake = new(0);
    private readonly CancellationTokenSource stop = new();
    private readonly HashSet<long> unmergeable = [];
    private Task loop = Task.CompletedTask;

    public Maintenance(IndexFolder folder)
    {
        this.folder = folder;
        rewriter = new SegmentRewriter(folder, packer);
    }

    public void Start() => loop = Task.Run(LoopAsync);

    /// <summary>Something was committed: there may be work.</summary>
    public void Wake() => wake.Release();

    /// <summary>Finishes the deletions that a crash or an error has left, and merges until nothing is due.</summary>
    public async Task SettleAsync()
    {
        foreach (var tombstone in folder.ReadTombstones())
        {
            await DeleteAsync(tombstone, stop.Token);
        }

        while (await MergeOnceAsync())
        {
        }
    }

    /// <summary>Hides what the tombstone names, then rewrites every file that holds it.</summary>
    public async Task DeleteAsync(Tombstone tombstone, CancellationToken cancellation)
    {
        folder.Bury(tombstone);
        await turn.WaitAsync(cancellation);
        try
        {
            bool IsNamed(LogIdentity log) => log.Build.Key == tombstone.Build && log.Generation < tombstone.Generation;
            var rows = folder.Held.SegmentsOf(tombstone.Day).Where(row => Holds(row, tombstone.Build, IsNamed, unreadable: true));
            await SweepAsync(rows, IsNamed, tombstone, cancellation);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>
    /// Rewrites every file that holds lines of these generations, and swaps all of them at once; no tombstone: who asks for it asks again
    /// after a crash, and until then nothing has changed.
    /// </summary>
    public async Task DeleteAsync(BuildKey build, int first, int last, DateOnly day, CancellationToken cancellation)
    {
        bool IsNamed(LogIdentity log) => log.Build.Key == build && log.Generation >= first && log.Generation <= last;
        await turn.WaitAsync(cancellation);
        try
        {
            var rows = folder.Held.SegmentsOf(day).Where(row => Holds(row, build, IsNamed, unreadable: false)).ToList();
            await SweepAsync(rows, IsNamed, null, cancellation);
        }
        finally
        {
            turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await loop;
        stop.Dispose();
        turn.Dispose();
        wake.Dispose();
        packer.Dispose();
    }

    private async Task LoopAsync()
    {
        try
        {
            while (true)
            {
                await TryAsync(SettleAsync);
                await wake.WaitAsync(stop.Token);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return;
        }
    }

    /// <summary>Lets the loop live: what fails (a full disk) is tried again after the next commit or at the next start.</summary>
    private static async Task TryAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception e) when (SegmentDamageException.Tells(e) || e is Core.Ports.IndexUnavailableException)
        {
            return;
        }
    }

    private async Task<bool> MergeOnceAsync()
    {
        await turn.WaitAsync(stop.Token);
        try
        {
            var rows = MergeRules.Choose(folder.Contents.Segments.Where(row => !unmergeable.Contains(row.Id)), folder.Options, Weigh);
            if (rows.Count == 0)
            {
                return false;
            }

            await MergeAsync(rows);
            return true;
        }
        finally
        {
            turn.Release();
        }
    }

    private long Weigh(SegmentRow row) => Read(
        row, segment => Math.Max(row.Raw, MergeRules.LogWeight * segment.Directory.Pages.Sum(page => (long)page.Logs)), damaged: row.Raw);

    private async Task MergeAsync(IReadOnlyList<SegmentRow> rows)
    {
        try
        {
            folder.RequireRoom(rows.Sum(row => row.Bytes));
            var merged = await rewriter.RewriteAsync(rows, _ => false, carryLost: false, stop.Token);
            folder.Commit(merged is null ? [] : [merged], rows);
        }
        catch (Exception e) when (e is SegmentDamageException or InvalidDataException or FileNotFoundException)
        {
            // A damaged segment stays as it is, so that its damage goes on being told and its sound blocks stay where they are.
            var damaged = rows.Where(row => !IsSound(row)).ToList();
            unmergeable.UnionWith((damaged.Count > 0 ? damaged : rows).Select(row => row.Id));
        }
    }

    private bool IsSound(SegmentRow row) => Read(row, segment => !segment.Check().Any(), damaged: false);

    private T Read<T>(SegmentRow row, Func<SegmentReader, T> read, T damaged)
    {
        try
        {
            var segment = folder.Pool.Take(row);
            try
            {
                return read(segment);
            }
            finally
            {
                folder.Pool.Return(row);
            }
        }
        catch (Exception e) when (SegmentDamageException.Tells(e))
        {
            return damaged;
        }
    }

    private async Task SweepAsync(
        IEnumerable<SegmentRow> rows, Func<LogIdentity, bool> dropped, Tombstone? lifted, CancellationToken cancellation)
    {
        var removed = new List<SegmentRow>();
        var added = new List<SegmentRow>();
        foreach (var row in rows)
        {
            if (await rewriter.RewriteAsync([row], dropped, carryLost: true, cancellation) is { } rewritten)
            {
                added.Add(rewritten);
            }

            removed.Add(row);
        }

        folder.Commit(added, removed, lifted);
    }

    /// <summary>
    /// A segment of which some logs cannot be read is as <paramref name="unreadable"/> says: the deletions that follow a repair clear it up.
    /// One that cannot be opened, or whose file is missing, stays, and so does the word of its damage, until a repair ends it.
    /// </summary>
    private bool Holds(SegmentRow row, BuildKey build, Func<LogIdentity, bool> named, bool unreadable)
    {
        SegmentReader segment;
        try
        {
            segment = folder.Pool.Take(row);
        }
        catch (Exception e) when (e is SegmentDamageException or InvalidDataException or FileNotFoundException)
        {
            return false;
        }

        try
        {
            return segment.FindLogs(build, build.Hash).Any(log => named(log.Log));
        }
        catch (Exception e) when (e is SegmentDamageException or InvalidDataException)
        {
            return unreadable;
        }
        finally
        {
            folder.Pool.Return(row);
        }
    }
}
