using System.Collections.Concurrent;
using Granary.Core.Ports;
using Microsoft.Data.Sqlite;

namespace Granary.State.Storage;

/// <summary>Sessions for reading, kept for the next reader. Each sees what was committed when its first statement ran.</summary>
internal sealed class ReadSessions(StateDatabase database) : IDisposable
{
    /// <summary>More readers at once open sessions of their own.</summary>
    private const int Kept = 8;

    private readonly ConcurrentBag<StateSession> idle = [];
    private volatile bool disposed;

    public T Read<T>(Func<StateSession, T> reading) => database.Translated(() =>
    {
        var session = Rent();
        try
        {
            var result = reading(session);
            Return(session);
            return result;
        }
        catch (Exception exception)
        {
            // What failed in the database itself may have left the connection in any state.
            if (exception is SqliteException)
            {
                session.Dispose();
            }
            else
            {
                Return(session);
            }

            throw;
        }
    });

    public StateSession Rent()
    {
        ObjectDisposedException.ThrowIf(disposed, typeof(IStateStore));
        return idle.TryTake(out var session) ? session : database.OpenReader();
    }

    public void Return(StateSession session)
    {
        // A session made before the database was there must not hide it.
        if (disposed || idle.Count >= Kept || session.IsInMemory)
        {
            session.Dispose();
        }
        else
        {
            idle.Add(session);
        }
    }

    public void Dispose()
    {
        disposed = true;
        while (idle.TryTake(out var session))
        {
            session.Dispose();
        }
    }
}
