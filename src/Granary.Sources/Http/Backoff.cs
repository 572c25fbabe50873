namespace Granary.Sources.Http;

/// <summary>Waits between tries: exponential bounds with full jitter, so that many clients do not come back at once.</summary>
internal sealed class Backoff(SourceOptions options)
{
    private readonly Random random = options.Seed is { } seed ? new Random(seed) : new Random();

    /// <summary>A wait of at least nothing and at most base · 2^<paramref name="attempt"/>, capped.</summary>
    public TimeSpan Next(int attempt)
    {
        var bound = Math.Min(options.RetryCap.TotalSeconds, options.RetryBase.TotalSeconds * Math.Pow(2, Math.Min(attempt, 30)));
        lock (random)
        {
            return TimeSpan.FromSeconds(bound * random.NextDouble());
        }
    }

    public Task WaitAsync(int attempt, CancellationToken cancellation) =>
        Task.Delay(Next(attempt), options.Time, cancellation);
}
