namespace Granary.Simulator;

/// <summary>One build as the API tells it now. Times are whole seconds, UTC.</summary>
public sealed record SimulatedBuild
{
    /// <summary>Place in the order of starts, from 0.</summary>
    public required long Position { get; init; }

    /// <summary>Zuul's <c>_id</c>: grows with the position, with gaps.</summary>
    public required long Id { get; init; }

    /// <summary>32 hexadecimal digits.</summary>
    public required string Uuid { get; init; }

    /// <summary>Name of the job.</summary>
    public required string JobName { get; init; }

    /// <summary>Name of the project.</summary>
    public required string Project { get; init; }

    /// <summary>Name of the pipeline.</summary>
    public required string Pipeline { get; init; }

    /// <summary>Name of the branch.</summary>
    public required string Branch { get; init; }

    /// <summary>Number of the change, null for builds of a branch.</summary>
    public required int? Change { get; init; }

    /// <summary>Number of the patch set, from 1.</summary>
    public required int Patchset { get; init; }

    /// <summary>Null while the build runs.</summary>
    public required string? Result { get; init; }

    /// <summary>Null for some builds that never ran.</summary>
    public required DateTime? StartTime { get; init; }

    /// <summary>Null while the build runs, and for some builds that never ran.</summary>
    public required DateTime? EndTime { get; init; }

    /// <summary>When the row came into being: the start, also where <see cref="StartTime"/> is null.</summary>
    public required DateTime EventTime { get; init; }

    /// <summary>Address of the log folder, ending in <c>/</c>; null while running, where the build never ran, and by fault.</summary>
    public required string? LogUrl { get; init; }

    /// <summary>Whether the log folder has a <c>zuul-manifest.json</c>.</summary>
    public required bool HasManifest { get; init; }

    /// <summary>Whether the result counts for the change.</summary>
    public required bool Voting { get; init; }

    /// <summary>
    /// The failure planted in the console log of a build that failed (see <see cref="Logs.PlantedFailures"/>); else null.
    /// </summary>
    public required string? Failure { get; init; }

    /// <summary>True once the build has a result.</summary>
    public bool Finished => Result is not null;
}
