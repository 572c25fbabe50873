using Microsoft.Extensions.Logging;

namespace Granary.Cluster;

/// <summary>
/// One silo's part of what a host takes at once. Permits are given out here; how many there are is agreed on with the other silos once in
/// an <see cref="Interval"/>, not once a request, as long as there is demand.
/// </summary>
/// <param name="host">The host's name, for messages.</param>
/// <param name="renew">Tells the demand and answers how many requests may be under way.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Is told where no permits can be had.</param>
internal sealed partial class HostShare(string host, Func<HostDemand, Task<int>> renew, TimeProvider time, ILogger log)
{
    /// <summary>How often the share is agreed on.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>How long an answer holds.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private readonly LinkedList<TaskCompletionSource<IDisposable>> waiting = new();
    private int limit;
    private int granted;
    private int running;
    private long grantedAt;
    private bool renewing;

    /// <inheritdoc cref="Granary.Cluster.EnterHost"/>
    public async ValueTask<IDisposable> EnterAsync(int atOnce, CancellationToken cancellation)
    {
        var turn = new TaskCompletionSource<IDisposable>(TaskCreationOptions.RunContinuationsAsynchronously);
        LinkedListNode<TaskCompletionSource<IDisposable>> node;
        lock (gate)
        {
            limit = atOnce;
            node = waiting.AddLast(turn);
            LetIn();
            if (!renewing)
            {
                renewing = true;
                _ = Task.Run(RenewAsync, CancellationToken.None);
            }
        }

        try
        {
            return await turn.Task.WaitAsync(cancellation);
        }
        catch
        {
            Forget(node);
            throw;
        }
    }

    /// <summary>Whose wait was cancelled may have got a permit just then: it is given back.</summary>
    private void Forget(LinkedListNode<TaskCompletionSource<IDisposable>> node)
    {
        bool entered;
        lock (gate)
        {
            entered = node.List is null;
            if (!entered)
            {
                waiting.Remove(node);
            }
        }

        if (entered)
        {
            node.Value.Task.Result.Dispose();
        }
    }

    /// <summary>Runs as long as there is demand, and tells in the end that there is none.</summary>
    private async Task RenewAsync()
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await RenewOnceAsync())
        {
            await timer.WaitForNextTickAsync();
        }
    }

    private async Task<bool> RenewOnceAsync()
    {
        HostDemand demand;
        lock (gate)
        {
            demand = new(limit, running + waiting.Count, running, IsGranted ? granted : 0);
        }

        try
        {
            var asked = time.GetTimestamp();
            var answer = await renew(demand);
            lock (gate)
            {
                (granted, grantedAt) = (answer, asked);
                LetIn();
                return renewing = demand.Wanted > 0 || running + waiting.Count > 0;
            }
        }
        catch (Exception e)
        {
            // Without an answer what was granted runs out; requests wait.
            LogLater(log, host, e.Message);
            return true;
        }
    }

    private bool IsGranted => grantedAt != 0 && time.GetElapsedTime(grantedAt) < Lease;

    private void LetIn()
    {
        while (waiting.First is { } first && running < granted && IsGranted)
        {
            waiting.Remove(first);
            running++;
            first.Value.SetResult(new Permit(this));
        }
    }

    private void Leave()
    {
        lock (gate)
        {
            running--;
            LetIn();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Requests to {host} wait: {reason}")]
    private static partial void LogLater(ILogger log, string host, string reason);

    private sealed class Permit(HostShare share) : IDisposable
    {
        private HostShare? share = share;

        public void Dispose() => Interlocked.Exchange(ref share, null)?.Leave();
    }
}
