namespace Granary.Elastic.Writing;

/// <summary>
/// How many requests may be under way: one more after as many good answers as there are permits, half as many after the engine pushes back
/// or answers several times slower than it can (additive increase, multiplicative decrease).
/// </summary>
internal sealed class SendPermits
{
    private const double SlowFactor = 4;
    private const double Memory = 0.1;

    /// <summary>Latencies below this are never slow: they vary for other reasons.</summary>
    private static readonly TimeSpan NeverSlow = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private readonly Queue<TaskCompletionSource> waiting = new();
    private readonly int most;
    private double limit;
    private int taken;
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

    internal Task TakeAsync(CancellationToken cancellation)
    {
        lock (gate)
        {
            if (taken < (int)limit)
            {
                taken++;
                return Task.CompletedTask;
            }

            var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting.Enqueue(turn);
            return WaitAsync(turn, cancellation);
        }
    }

    /// <summary>Gives a permit back after a good answer that took so long.</summary>
    internal void Answered(TimeSpan latency)
    {
        lock (gate)
        {
            var slow = latency > NeverSlow && usualSeconds > 0 && latency.TotalSeconds > SlowFactor * usualSeconds;
            usualSeconds = usualSeconds == 0 ? latency.TotalSeconds : (usualSeconds * (1 - Memory)) + (latency.TotalSeconds * Memory);
            if (slow)
            {
                Cut();
            }
            else
            {
                limit = Math.Min(most, limit + (1 / limit));
            }

            GiveBack();
        }
    }

    /// <summary>Gives a permit back after the engine pushed back, or did not answer.</summary>
    internal void PushedBack()
    {
        lock (gate)
        {
            Cut();
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

    private static async Task WaitAsync(TaskCompletionSource turn, CancellationToken cancellation)
    {
        using var registration = cancellation.Register(() => turn.TrySetCanceled(cancellation));
        await turn.Task.ConfigureAwait(false);
    }

    private void Cut() => limit = Math.Max(1, limit / 2);

    private void GiveBack()
    {
        taken--;
        while (taken < (int)limit && waiting.TryDequeue(out var turn))
        {
            // One that was cancelled meanwhile takes no permit.
            taken += turn.TrySetResult() ? 1 : 0;
        }
    }
}
