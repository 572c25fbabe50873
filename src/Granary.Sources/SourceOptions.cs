using Granary.Sources.Decoding;
using Granary.Sources.Http;

namespace Granary.Sources;

/// <summary>How sources behave towards their servers. The defaults suit a public CI.</summary>
public sealed record SourceOptions
{
    /// <summary>The clock of overlap windows and of waiting between tries.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Until a connection stands, TLS included.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>From the request until its answer's headers. Zuul ends a database query at 30 s.</summary>
    public TimeSpan HeadersTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a body may stay silent.</summary>
    public TimeSpan BodyIdleTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Bytes a second that a body must bring, over every <see cref="LeastRateTime"/> of waiting for it: a server that sends one
    /// byte a minute would hold a connection, and a permit to read, without end.
    /// </summary>
    public long LeastRate { get; init; } = 1024;

    /// <summary>See <see cref="LeastRate"/>.</summary>
    public TimeSpan LeastRateTime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Further tries of a request, and of a broken transfer that makes no progress.</summary>
    public int RetryLimit { get; init; } = 5;

    /// <summary>The upper bound of the first wait; it doubles with each try.</summary>
    public TimeSpan RetryBase { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The upper bound of every wait.</summary>
    public TimeSpan RetryCap { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A longer <c>Retry-After</c> is not waited for but handed to the caller.</summary>
    public TimeSpan RetryAfterCap { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>What hosts are burdened with, shared by the sources of a process. Null: the source counts for itself alone.</summary>
    public HostGates? Hosts { get; init; }

    /// <summary>
    /// Waits for a permit to send one request to a host (the first argument) that takes so many at once (the second), besides the
    /// source's own limit; disposed of when the answer was read. Null: there is no limit but the source's own. Silos share one.
    /// </summary>
    public Func<string, int, CancellationToken, ValueTask<IDisposable>>? EnterHost { get; init; }

    /// <summary>Rows younger than this may still appear out of order: they are given out but not counted as covered.</summary>
    public TimeSpan OverlapWindow { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Builds asked for at once, 2 or more.</summary>
    public int PageSize { get; init; } = 100;

    /// <summary>The largest JSON answer that is read, decoded: a manifest of 200,000 files has 30 MB.</summary>
    public long MaxJsonBytes { get; init; } = 64L << 20;

    /// <summary>Values, names and brackets of a JSON answer: a document takes 12 bytes for each, whatever its length.</summary>
    public int MaxJsonTokens { get; init; } = 4 << 20;

    public DecodingLimits Decoding { get; init; } = new();

    /// <summary>
    /// True: loopback and link-local addresses are as good as any. Else they are refused, unless the source's own address or
    /// its allowed hosts name them.
    /// </summary>
    public bool AllowLoopback { get; init; }

    /// <summary>Seeds the jitter of waits; null for a seed of its own.</summary>
    public int? Seed { get; init; }

    /// <summary>Is told of tries that failed and of switched manners, in one line without credentials.</summary>
    public Action<string>? Log { get; init; }
}
