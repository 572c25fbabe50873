namespace Granary.App.Collecting;

/// <summary>
/// Permits to read builds, shared fairly by sources: a free one goes to the source that holds the fewest, and among equals to the
/// one that was served longest ago. A source may hold all while no other waits. So that a source whose server hangs holds up no
/// other, one that holds none gets a permit beyond the common ones, while fewer than twice as many are held in all.
/// </summary>
public sealed class ReadPermits(int permits)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Share> shares = [];
    private int held;
    private long turn;

    /// <summary>Waits for a permit; disposing it gives it back. Who comes first is decided by the call, not by the await.</summary>
    /// <exception cref="OperationCanceledException">Cancelled before there was one.</exception>
    public async Task<IDisposable> EnterAsync(string source, CancellationToken cancellation)
    {
        var waiter = Enqueue(source);
        await using var end = cancellation.UnsafeRegister(_ => Leave(source, waiter), null);
        return await waiter.Task;
    }

    /// <summary>How many wait for a permit of a source.</summary>
    public int Waiting(string source)
    {
        lock (gate)
        {
            return shares.TryGetValue(source, out var share) ? share.Waiting.Count : 0;
        }
    }

    private TaskCompletionSource<IDisposable> Enqueue(string source)
    {
        var waiter = new TaskCompletionSource<IDisposable>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            if (!shares.TryGetValue(source, out var share))
            {
                shares[source] = share = new(source);
            }

            share.Waiting.AddLast(waiter);
            GrantFree();
        }

        return waiter;
    }

    private void Leave(string source, TaskCompletionSource<IDisposable> waiter)
    {
        lock (gate)
        {
            // One that has got its permit meanwhile keeps it: who asked gives it back.
            if (shares.TryGetValue(source, out var share) && share.Waiting.Remove(waiter))
            {
                waiter.SetCanceled();
                Forget(share);
            }
        }
    }

    private void Release(Share share)
    {
        lock (gate)
        {
            held--;
            share.Held--;
            Forget(share);
            GrantFree();
        }
    }

    private void GrantFree()
    {
        while (Next() is { } share && (held < permits || (share.Held == 0 && held < 2 * permits)))
        {
            var waiter = share.Waiting.First!.Value;
            share.Waiting.RemoveFirst();
            held++;
            share.Held++;
            share.Served = ++turn;
            waiter.SetResult(new Permit(this, share));
        }
    }

    private Share? Next()
    {
        Share? next = null;
        foreach (var share in shares.Values)
        {
            if (share.Waiting.Count > 0 && (next is null || (share.Held, share.Served).CompareTo((next.Held, next.Served)) < 0))
            {
                next = share;
            }
        }

        return next;
    }

    private void Forget(Share share)
    {
        if (share is { Held: 0, Waiting.Count: 0 })
        {
            shares.Remove(share.Source);
        }
    }

    private sealed class Share(string source)
    {
        public string Source => source;

        public LinkedList<TaskCompletionSource<IDisposable>> Waiting { get; } = new();

        public int Held { get; set; }

        /// <summary>The turn at which it got its last permit.</summary>
        public long Served { get; set; }
    }

    /// <summary>Given back once, however often it is disposed.</summary>
    private sealed class Permit(ReadPermits permits, Share share) : IDisposable
    {
        private Share? share = share;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref share, null) is { } given)
            {
                permits.Release(given);
            }
        }
    }
}
