namespace Granary.CrashTests.Child;

/// <summary>What a child process collects, and where it dies. Handed over as JSON, its one argument.</summary>
public sealed record ChildPlan
{
    /// <summary>The data folder.</summary>
    public required string Folder { get; init; }

    /// <summary>Address of the simulated CI.</summary>
    public required string Address { get; init; }

    /// <summary>Its tenant.</summary>
    public required string Tenant { get; init; }

    /// <summary>One of <see cref="KillPoints"/>; null: nothing kills the process from within.</summary>
    public string? KillPoint { get; init; }

    /// <summary>Which hit of the kill point is deadly, from 1; of <see cref="KillPoints.LogByte"/> the decoded byte of a log.</summary>
    public long KillHit { get; init; } = 1;

    /// <summary>The CI has no logs of any build (any more).</summary>
    public bool LogsGone { get; init; }

    /// <summary>Every transfer of a log breaks before this decoded byte; 0: none does.</summary>
    public long BreakAt { get; init; }

    /// <summary>Readings of a build after which it is given up.</summary>
    public int MaxAttempts { get; init; } = 50;

    /// <summary>Ends when what the CI has now is complete.</summary>
    public bool Once { get; init; } = true;

    /// <summary>Builds of a page.</summary>
    public int PageSize { get; init; } = 5;

    /// <summary>Bytes of lines of a segment: small, so that a run commits many times.</summary>
    public long SegmentBytes { get; init; } = 512 * 1024;

    /// <summary>Bytes of a build on the way to the index.</summary>
    public long WindowBytes { get; init; } = 1024 * 1024;

    /// <summary>Acknowledged bytes after which a checkpoint is stored.</summary>
    public long CheckpointBytes { get; init; } = 512 * 1024;

    /// <summary>Milliseconds between two polls where it follows.</summary>
    public int PollMilliseconds { get; init; } = 1000;

    /// <summary>Milliseconds after which a segment is sealed at the latest.</summary>
    public int FlushMilliseconds { get; init; } = 200;

    /// <summary>Age in seconds at which rows are taken as covered.</summary>
    public int OverlapSeconds { get; init; } = 600;

    /// <summary>Where to write how often each kill point was passed, at a clean end; null: nowhere.</summary>
    public string? HitsFile { get; init; }
}
