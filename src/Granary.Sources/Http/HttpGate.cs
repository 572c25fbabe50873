namespace Granary.Sources.Http;

/// <summary>What one host is burdened with: so many requests at once, and none before the instant it asked for.</summary>
internal sealed class HttpGate(int limit, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim permits = new(limit);
    private long notBefore;

    /// <summary>A permit for one request until its body is read; dispose it.</summary>
    public async Task<Permit> EnterAsync(CancellationToken cancellation)
    {
        await permits.WaitAsync(cancellation);
        try
        {
            while (Remaining() is var wait && wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, time, cancellation);
            }

            return new(this);
        }
        catch
        {
            permits.Release();
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

    public void Dispose() => permits.Dispose();

    private TimeSpan Remaining() => TimeSpan.FromTicks(Interlocked.Read(ref notBefore) - time.GetUtcNow().UtcTicks);

    /// <summary>Given back once, however often it is disposed.</summary>
    internal sealed class Permit(HttpGate gate) : IDisposable
    {
        private HttpGate? gate = gate;

        public void Dispose()
        {
            var held = Interlocked.Exchange(ref gate, null);
            try
            {
                held?.permits.Release();
            }
            catch (ObjectDisposedException)
            {
                // The source was closed while a body was open: there is nobody left to wait for this permit.
            }
        }
    }
}
