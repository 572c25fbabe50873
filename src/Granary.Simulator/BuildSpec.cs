using Granary.Simulator.Faults;

namespace Granary.Simulator;

/// <summary>A build added by hand. What is null follows from the seed, like any other build's.</summary>
public sealed record BuildSpec
{
    /// <summary>True: it has started and does not end until <see cref="SimulatedCi.FinishBuild"/>.</summary>
    public bool Running { get; init; }

    /// <summary>How long before now it started; null: by the seed.</summary>
    public TimeSpan? StartedAgo { get; init; }

    /// <summary>Zuul's result, such as <c>SUCCESS</c> or <c>FAILURE</c>.</summary>
    public string? Result { get; init; }

    /// <summary>Name of the job.</summary>
    public string? JobName { get; init; }

    /// <summary>Name of the project.</summary>
    public string? Project { get; init; }

    /// <summary>Name of the pipeline.</summary>
    public string? Pipeline { get; init; }

    /// <summary>Name of the branch.</summary>
    public string? Branch { get; init; }

    /// <summary>Decoded bytes of the console log, exactly; up to any size. A log with long lines is made large enough for one.</summary>
    public long? LogBytes { get; init; }

    /// <summary>How the console log is stored and sent.</summary>
    public LogEncoding? Encoding { get; init; }

    /// <summary>True or false: with or without the whole tree of other files.</summary>
    public bool? Tree { get; init; }

    /// <summary>Faults of this build in place of the options' (those of requests stay the options').</summary>
    public SimulatorFaults? Faults { get; init; }

    /// <summary>The files of the build in place of generated ones.</summary>
    public IReadOnlyList<ScriptedFile>? Files { get; init; }
}
