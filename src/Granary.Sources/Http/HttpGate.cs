using System.Diagnostics.CodeAnalysis;

namespace Granary.Sources.Http;

/// <summary>What one host is burdened with: so many requests at once, and none before the instant it asked for.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Semaphores without a wait handle hold nothing; a gate lives as long as its process.")]
internal sealed class HttpGate(int limit, TimeProvider time)
{
    private readonly SemaphoreSlim permits = new(limit);

    // Logs may be long and their readers slow: one permit is left for the list of builds.
    private readonly SemaphoreSlim logs = new(Math.Max(1, limit - 1));
    private long notBefore;

    /// <summary>A permit for one request until its body is read; dispose it.</summary>
    public async Task<Permit> EnterAsync(bool forLog, CancellationToken cancellation)
    {
        if (forLog)
        {
            await logs.WaitAsync(cancellation);
        }

        try
        {
            await permits.WaitAsync(cancellation);
        }
        catch
        {
            LeaveLog(forLog);
            throw;
        }

        try
        {
            while (Remaining() is var wait && wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, time, cancellation);
            }

            return new(this, forLog);
        }
        catch
        {
            permits.Release();
            LeaveLog(forLog);
            throw;
        }
    }

    /// <summary>The whole host rests until then (Retry-After).</summary>
    public void Hold(TimeSpan wait)
    {
        var until = (time.GetUtcNow() + wait).UtcTicks;
        var before = Interlocked.Read(ref notBefore);
        while (until > before)
        {
            var seen = Interlocked.CompareExchange(ref notBefore, until, before);
            if (seen == before)
            {
                return;
            }

            before = seen;
        }
    }

    private void LeaveLog(bool forLog)
    {
        if (forLog)
        {
            logs.Release();
        }
    }

    private TimeSpan Remaining() => TimeSpan.FromTicks(Interlocked.Read(ref notBefore) - time.GetUtcNow().UtcTicks);

    /// <summary>Given back once, however often it is disposed.</summary>
    internal sealed class Permit(HttpGate gate, bool forLog) : IDisposable
    {
        private HttpGate? gate = gate;

        public void Dispose()
        {
            var held = Interlocked.Exchange(ref gate, null);
            held?.permits.Release();
            held?.LeaveLog(forLog);
        }
    }
}
