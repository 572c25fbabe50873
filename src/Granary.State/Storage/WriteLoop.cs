using System.Collections.Concurrent;
using Granary.Core.Ports;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Granary.State.Storage;

/// <summary>
/// The only writer: what callers ask for while one commit is being flushed goes together into the next, so that a flush is
/// shared and many small builds cost little each. One thread, because SQLite blocks.
/// </summary>
internal sealed class WriteLoop : IDisposable
{
    /// <summary>Bounds the memory of a transaction and how long the first of it waits.</summary>
    private const int MostTogether = 512;

    private readonly StateDatabase database;
    private readonly BlockingCollection<PendingWrite> queue = [];
    private readonly Thread thread;
    private StateSession? session;

    /// <summary>Takes over <paramref name="session"/>.</summary>
    public WriteLoop(StateDatabase database, StateSession session)
    {
        this.database = database;
        this.session = session;
        thread = new Thread(Run) { IsBackground = true, Name = "state writer" };
        thread.Start();
    }

    /// <summary>Commits made; for tests of how many writes share one.</summary>
    public long Commits { get; private set; }

    /// <summary>Completes when the write is durable.</summary>
    /// <remarks>A write that throws undoes itself alone.</remarks>
    public Task<T> WriteAsync<T>(Func<StateSession, T> write, CancellationToken cancellation)
    {
        var pending = new PendingWrite<T>(write, cancellation);
        try
        {
            queue.Add(pending, CancellationToken.None);
        }
        catch (Exception exception) when (exception is InvalidOperationException or ObjectDisposedException)
        {
            throw new ObjectDisposedException(nameof(IStateStore), exception);
        }

        return pending.Done;
    }

    /// <summary>Finishes what was asked for.</summary>
    public void Dispose()
    {
        if (!queue.IsAddingCompleted)
        {
            queue.CompleteAdding();
            thread.Join();
            queue.Dispose();
        }
    }

    private void Run()
    {
        var batch = new List<PendingWrite>(MostTogether);
        while (queue.TryTake(out var first, Timeout.Infinite))
        {
            batch.Add(first);
            while (batch.Count < MostTogether && queue.TryTake(out var next))
            {
                batch.Add(next);
            }

            Commit(batch);
            batch.Clear();
        }

        session?.Dispose();
    }

    private void Commit(List<PendingWrite> batch)
    {
        var failures = new Dictionary<PendingWrite, Exception>();
        if (batch.RemoveAll(write => !write.Begin()) > 0 && batch.Count == 0)
        {
            return;
        }

        try
        {
            session ??= database.OpenWriter();
            session.Use("BEGIN IMMEDIATE").Run();
            foreach (var write in batch)
            {
                if (Apply(session, write) is { } failure)
                {
                    failures.Add(write, failure);
                }
            }

            session.Use("COMMIT").Run();
            Commits++;
        }
        catch (Exception exception)
        {
            // Nothing of the batch has happened. The connection is closed, which ends the transaction, and opened anew for the
            // next batch, so that work goes on when there is space again.
            Abandon();
            var cause = exception is SqliteException sqlite ? database.Translate(sqlite) : exception;
            batch.ForEach(write => write.Failed(cause));
            return;
        }

        foreach (var write in batch)
        {
            if (failures.TryGetValue(write, out var failure))
            {
                write.Failed(failure);
            }
            else
            {
                write.Committed();
            }
        }
    }

    /// <summary>Why the write was undone; null where it was not.</summary>
    private static Exception? Apply(StateSession session, PendingWrite write)
    {
        session.Use("SAVEPOINT one").Run();
        try
        {
            write.Apply(session);
            session.Use("RELEASE one").Run();
            return null;
        }
        catch (Exception exception) when (session.InTransaction && IsOfOne(exception))
        {
            session.Use("ROLLBACK TO one").Run();
            session.Use("RELEASE one").Run();
            return exception;
        }
    }

    /// <summary>True for what lies in the write itself; false for a failing disk, which spoils the others too.</summary>
    private static bool IsOfOne(Exception exception) =>
        exception is not SqliteException sqlite ||
        sqlite.SqliteErrorCode is raw.SQLITE_CONSTRAINT or raw.SQLITE_TOOBIG or raw.SQLITE_MISMATCH or raw.SQLITE_RANGE or raw.SQLITE_ERROR;

    private void Abandon()
    {
        try
        {
            session?.Dispose();
        }
        catch (SqliteException)
        {
            // Its failure is told already.
        }

        session = null;
    }
}
