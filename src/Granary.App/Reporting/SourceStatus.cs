namespace Granary.App.Reporting;

/// <summary>How far a source is collected.</summary>
public sealed record SourceStatus
{
    public required string Name { get; init; }

    public required string Kind { get; init; }

    public required string Address { get; init; }

    public bool Paused { get; init; }

    /// <summary>The positions wholly recorded, as <c>from..to</c>.</summary>
    public required IReadOnlyList<string> Taken { get; init; }

    /// <summary>Builds seen running.</summary>
    public int Open { get; init; }

    /// <summary>The backlog: finished builds without a receipt.</summary>
    public int Pending { get; init; }

    public long Complete { get; init; }

    public long Failed { get; init; }

    public long Expired { get; init; }

    public long Lines { get; init; }

    public long Bytes { get; init; }

    /// <summary>Newest finished build seen minus newest indexed, in seconds; null before both are known.</summary>
    public double? LagSeconds { get; init; }

    /// <summary>The source's backlog by its own builds a second of late: 0 without a backlog, null without a rate.</summary>
    public double? CatchUpSeconds { get; init; }

    public DateTimeOffset? LastPoll { get; init; }

    public string? LastError { get; init; }

    public DateTimeOffset? LastErrorAt { get; init; }
}
