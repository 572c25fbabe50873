using Granary.Blocks.Catalogue;
using Granary.Core.Chunks;
using Granary.Core.Ports;

namespace Granary.Blocks.Writing;

/// <summary>
/// Fills one segment an index day and seals it when it is full, old enough, or when nobody brings anything more. Chunks are answered
/// when their segment is committed.
/// </summary>
internal sealed class SegmentSealer(IndexFolder folder, Action committed) : IAsyncDisposable
{
    // Room is asked for again after so many bytes of lines; they need less than that on disk.
    private const long RoomStep = 8 * 1024 * 1024;

    private readonly BlockIndexOptions options = folder.Options;
    private readonly BlockPacker packer = new(folder.Options.Parallelism);
    private readonly SemaphoreSlim gate = new(1);
    private readonly SemaphoreSlim sealing = new(1);
    private readonly Dictionary<DateOnly, Batch> open = [];
    private readonly HashSet<WriteSession> sessions = [];
    private readonly HashSet<Task> running = [];
    private Batch? inSealing;
    private ITimer? idle;
    private long roomLeft;
    private bool disposed;

    public void Join(WriteSession session)
    {
        lock (sessions)
        {
            sessions.Add(session);
        }
    }

    public void Leave(WriteSession session)
    {
        lock (sessions)
        {
            sessions.Remove(session);
        }
    }

    /// <summary>Takes one chunk in; it stays the caller's. Answers at once if the index holds it.</summary>
    /// <exception cref="IndexUnavailableException">There is no room for it.</exception>
    public async Task AddAsync(Chunk chunk, WriteSession session, CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation);
        try
        {
            if (open.Values.Any(batch => batch.TryJoin(session, chunk)) || JoinSealing(session, chunk))
            {
                return;
            }

            if (folder.Held.Find(chunk.Log, chunk.Ordinal) is { } hash)
            {
                session.Expect();
                session.Answer(new ChunkOutcome(chunk.Id, hash == chunk.Hash ? ChunkResult.Held : ChunkResult.Conflict));
                return;
            }

            await StoreAsync(chunk, session);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Told that a session has nothing to give now; when none has, what is open is sealed soon.</summary>
    public void Pause(WriteSession session)
    {
        session.Waiting = true;
        lock (sessions)
        {
            if (sessions.All(one => one.Waiting) || session.Ended)
            {
                var wait = sessions.All(one => one.Ended) ? TimeSpan.Zero : options.IdleInterval;
                idle ??= options.TimeProvider.CreateTimer(_ => Run(SealIfIdleAsync()), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                idle.Change(wait, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>Seals what is open now, whatever its size.</summary>
    public void Hurry() => Run(Task.Run(() => SealAllAsync(CancellationToken.None)));

    public async Task SealAllAsync(CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation);
        try
        {
            foreach (var batch in open.Values.ToList())
            {
                await BeginSealAsync(batch);
            }
        }
        finally
        {
            gate.Release();
        }

        await sealing.WaitAsync(cancellation);
        sealing.Release();
    }

    public async ValueTask DisposeAsync()
    {
        lock (sessions)
        {
            disposed = true;
            idle?.Dispose();
        }

        await SealAllAsync(CancellationToken.None);
        Task[] left;
        lock (running)
        {
            left = [.. running];
        }

        await Task.WhenAll(left);
        packer.Dispose();
        gate.Dispose();
        sealing.Dispose();
    }

    private bool JoinSealing(WriteSession session, Chunk chunk)
    {
        lock (sessions)
        {
            return inSealing is { } batch && batch.TryJoin(session, chunk);
        }
    }

    private async Task StoreAsync(Chunk chunk, WriteSession session)
    {
        RequireRoom(chunk.Length);
        if (!open.TryGetValue(chunk.Log.IndexDay, out var batch))
        {
            if (open.Count >= options.OpenDays)
            {
                await BeginSealAsync(open.Values.MaxBy(one => one.Segment.Raw)!);
            }

            batch = OpenBatch(chunk.Log.IndexDay);
        }

        try
        {
            await batch.Segment.AddAsync(PendingChunk.Of(chunk), chunk.Text);
        }
        catch (Exception e)
        {
            var error = Unavailable(e);
            open.Remove(chunk.Log.IndexDay);
            batch.Dispose();
            batch.Fail(error);
            throw error;
        }

        batch.Add(session, chunk);
        if (batch.Segment.Raw >= options.SegmentBytes)
        {
            await BeginSealAsync(batch);
        }
    }

    private Batch OpenBatch(DateOnly day)
    {
        var batch = new Batch(new OpenSegment(folder.Layer, folder.Segments, folder.NextSegment(), day, packer));
        open.Add(day, batch);
        batch.Timer = options.TimeProvider.CreateTimer(
            _ => Run(SealIfOpenAsync(batch)), null, options.FlushInterval, Timeout.InfiniteTimeSpan);
        return batch;
    }

    private void RequireRoom(int length)
    {
        roomLeft -= length;
        if (roomLeft < 0)
        {
            folder.RequireRoom(RoomStep);
            roomLeft = RoomStep;
        }
    }

    /// <summary>Under the gate. Waits for the seal before this one, so that at most two segments are in memory.</summary>
    private async Task BeginSealAsync(Batch batch)
    {
        open.Remove(batch.Segment.Day);
        batch.Timer?.Dispose();
        await sealing.WaitAsync();
        lock (sessions)
        {
            inSealing = batch;
        }

        Run(Task.Run(() => SealAsync(batch)));
    }

    private async Task SealAsync(Batch batch)
    {
        try
        {
            if (await batch.Segment.FinishAsync() is { } row)
            {
                folder.Commit([row], []);
            }

            EndSealing(batch, null);
            committed();
        }
        catch (Exception e)
        {
            // Before anybody is told: whoever makes room after the message must not race with what is left of the file.
            batch.Dispose();
            EndSealing(batch, Unavailable(e));
        }
        finally
        {
            batch.Dispose();
            sealing.Release();
        }
    }

    /// <summary>Nobody can join a batch once it is answered; whoever comes later finds it committed.</summary>
    private void EndSealing(Batch batch, Exception? error)
    {
        lock (sessions)
        {
            inSealing = null;
            if (error is null)
            {
                batch.Answer();
            }
            else
            {
                roomLeft = 0;
                batch.Fail(error);
            }
        }
    }

    private async Task SealIfOpenAsync(Batch batch)
    {
        await gate.WaitAsync();
        try
        {
            if (open.TryGetValue(batch.Segment.Day, out var current) && current == batch)
            {
                await BeginSealAsync(batch);
            }
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task SealIfIdleAsync()
    {
        bool due;
        lock (sessions)
        {
            due = sessions.Count == 0 || sessions.Any(one => one.Ended) || sessions.All(one => one.Waiting);
        }

        if (due)
        {
            await SealAllAsync(CancellationToken.None);
        }
    }

    /// <summary>Keeps the task, so that disposing waits for it.</summary>
    private void Run(Task task)
    {
        lock (running)
        {
            running.RemoveWhere(one => one.IsCompleted);
            if (!disposed || !task.IsCompleted)
            {
                running.Add(task);
            }
        }
    }

    private IndexUnavailableException Unavailable(Exception error) =>
        error as IndexUnavailableException ?? new IndexUnavailableException($"cannot write to {options.Folder}: {error.Message}", error);
}
