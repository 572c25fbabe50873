namespace Granary.Elastic.Writing;

/// <summary>
/// How many requests may be under way: one more after as many full batches taken as there are permits, half as many after the engine pushes
/// back or answers several times slower than it can (additive increase, multiplicative decrease). Where it takes a part, both apply in part.
/// </summary>
internal sealed class SendPermits
{
    private const double SlowFactor = 4;
    private const double Memory = 0.1;

    /// <summary>What took less of a full batch says nothing of how long one takes.</summary>
    private const double LeastTimed = 0.5;

    /// <summary>Latencies below this are never slow: they vary for other reasons.</summary>
    private static readonly TimeSpan NeverSlow = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private readonly Queue<TaskCompletionSource<int>> waiting = new();
    private readonly int most;
    private double limit;
    private int taken;
    private int cuts;
    private double usualSeconds;

    internal SendPermits(int most)
    {
        this.most = most;
        limit = Math.Min(2, most);
    }

    /// <summary>Requests that may be under way now.</summary>
    internal int Limit
    {
        get
        {
            lock (gate)
            {
                return (int)limit;
            }
        }
    }

    /// <summary>Waits for a permit. The number says how often the limit was cut before; it is handed in with the answer.</summary>
    internal Task<int> TakeAsync(CancellationToken cancellation)
    {
        lock (gate)
        {
            if (taken < (int)limit)
            {
                taken++;
                return Task.FromResult(cuts);
            }

            var turn = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting.Enqueue(turn);
            return WaitAsync(turn, cancellation);
        }
    }

    /// <summary>Gives a permit back after an answer.</summary>
    /// <param name="permit">What taking it gave.</param>
    /// <param name="size">The request's share of a full batch, 0 to 1.</param>
    /// <param name="refused">The share of its documents that the engine may take later, 0 to 1.</param>
    /// <param name="latency">How long the answer took.</param>
    internal void Answered(int permit, double size, double refused, TimeSpan latency)
    {
        lock (gate)
        {
            var stored = (1 - refused) * size;
            Cut(permit, refused);
            if (stored >= LeastTimed && IsSlow(latency))
            {
                Cut(permit, 1);
            }
            else
            {
                limit = Math.Min(most, limit + (stored / limit));
            }

            GiveBack();
        }
    }

    /// <summary>Gives a permit back after the engine pushed back, or did not answer.</summary>
    internal void PushedBack(int permit)
    {
        lock (gate)
        {
            Cut(permit, 1);
            GiveBack();
        }
    }

    /// <summary>Gives a permit back that says nothing of the engine.</summary>
    internal void Unused()
    {
        lock (gate)
        {
            GiveBack();
        }
    }

    private static async Task<int> WaitAsync(TaskCompletionSource<int> turn, CancellationToken cancellation)
    {
        using var registration = cancellation.Register(() => turn.TrySetCanceled(cancellation));
        return await turn.Task.ConfigureAwait(false);
    }

    private bool IsSlow(TimeSpan latency)
    {
        var slow = latency > NeverSlow && usualSeconds > 0 && latency.TotalSeconds > SlowFactor * usualSeconds;
        usualSeconds = usualSeconds == 0 ? latency.TotalSeconds : (usualSeconds * (1 - Memory)) + (latency.TotalSeconds * Memory);
        return slow;
    }

    private void Cut(int permit, double refused)
    {
        // Those that were under way at the last cut tell of the load from before it.
        if (refused > 0 && permit == cuts)
        {
            limit = Math.Max(1, limit * (1 - (refused / 2)));
            cuts++;
        }
    }

    private void GiveBack()
    {
        taken--;
        while (taken < (int)limit && waiting.TryDequeue(out var turn))
        {
            // One that was cancelled meanwhile takes no permit.
            taken += turn.TrySetResult(cuts) ? 1 : 0;
        }
    }
}
