using Granary.Core.Streams;

namespace Granary.App.Collecting;

/// <summary>How a collector works.</summary>
public sealed record CollectorOptions
{
    /// <summary>Ends when what the CIs have now is complete, instead of polling for ever.</summary>
    public bool Once { get; init; }

    /// <summary>Collects these sources only (names or ids); empty: all that are not paused.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>Builds whose logs are read at once.</summary>
    public int ReadPermits { get; init; } = Math.Max(4, 2 * Environment.ProcessorCount);

    /// <summary>Builds being read or waiting for their last acknowledgements, divided among the sources: one flush of the index serves them all.</summary>
    public int BuildsInFlight { get; init; } = 1024;

    /// <summary>
    /// Builds of a source that wait for a permit to be read: enough to ask for many rows at a time, and so few that a fresh build
    /// does not wait long behind those that were started before it came.
    /// </summary>
    public int BuildsAhead => 16 * ReadPermits;

    /// <summary>Pending builds of a source at which paging stops; backfill stops at four fifths, so that fresh builds find room.</summary>
    public int PendingBound { get; init; } = 10_000;

    /// <summary>How long a build seen running is looked at again.</summary>
    public TimeSpan OpenExpiry { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Readings of a build that may fail before it gets a failed receipt: with the back-off, most of a day.</summary>
    public int MaxAttempts { get; init; } = 20;

    /// <summary>The pause after the first failed reading; doubled each time.</summary>
    public TimeSpan RetryBase { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The longest pause between two readings.</summary>
    public TimeSpan RetryCap { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// The longest pause that a server's Retry-After is heeded with: what a CI answers is untrusted, and one header must not
    /// silence a source for weeks.
    /// </summary>
    public TimeSpan RetryAfterCap { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The pause before an unavailable index is tried again.</summary>
    public TimeSpan IndexPause { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>With <see cref="Once"/>: how long the index may take nothing before the run ends with its message.</summary>
    public TimeSpan OnceOutage { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How often changed sources are looked for.</summary>
    public TimeSpan SourcesInterval { get; init; } = TimeSpan.FromSeconds(2);

    public IngestOptions Ingest { get; init; } = new();

    /// <summary>Seeds the jitter of the back-off.</summary>
    public int Seed { get; init; } = Environment.TickCount;

    /// <summary>The options of <c>--once</c>: the same, but a build that fails is given up within minutes.</summary>
    public CollectorOptions ForOnce() => this with
    {
        Once = true,
        MaxAttempts = 6,
        RetryCap = TimeSpan.FromSeconds(15),
        RetryAfterCap = TimeSpan.FromMinutes(1),
    };

    /// <summary>The pause for a server that asked for one, of whatever length.</summary>
    internal TimeSpan Heeded(TimeSpan? retryAfter) =>
        retryAfter is not { } asked ? TimeSpan.Zero : asked < RetryAfterCap ? asked : RetryAfterCap;
}
