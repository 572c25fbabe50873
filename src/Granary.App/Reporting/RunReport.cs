using Granary.Core.Capacity;

namespace Granary.App.Reporting;

/// <summary>What a running collector says of itself once a second, for <c>status</c> in any process.</summary>
public sealed record RunReport
{
    public required int ProcessId { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required DateTimeOffset WrittenAt { get; init; }

    public required IReadOnlyList<StageReport> Stages { get; init; }

    /// <summary>The busiest stage; null where nothing works.</summary>
    public string? Bottleneck { get; init; }

    /// <summary>In 0..1.</summary>
    public double AvailableCapacity { get; init; } = 1;

    public double LinesPerSecond { get; init; }

    /// <summary>Decoded bytes of logs.</summary>
    public double BytesPerSecond { get; init; }

    public double BuildsPerSecond { get; init; }

    /// <summary>Builds that got a receipt, a second of late, by the id of their source.</summary>
    public IReadOnlyDictionary<string, double> SourceBuildsPerSecond { get; init; } = new Dictionary<string, double>();

    public long BuildsComplete { get; init; }

    public long BuildsFailed { get; init; }

    /// <summary>Of complete builds.</summary>
    public long Lines { get; init; }

    /// <summary>Normalised, of complete builds.</summary>
    public long Bytes { get; init; }

    public int BuildsInFlight { get; init; }

    /// <summary>Why the index takes nothing now; null where it does.</summary>
    public string? IndexOutage { get; init; }

    /// <summary>The report of a capacity measurement, for those fields.</summary>
    public RunReport With(CapacityReport capacity) => this with
    {
        Stages = capacity.Stages,
        Bottleneck = capacity.Bottleneck,
        AvailableCapacity = capacity.Available,
    };
}
