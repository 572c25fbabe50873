namespace Granary.Simulator.Expected;

/// <summary>What must come of a build.</summary>
public enum ExpectedBuildOutcome
{
    /// <summary>It has logs to index.</summary>
    Logs,

    /// <summary>It runs: nothing is final.</summary>
    Running,

    /// <summary>It never ran, or its <c>log_url</c> is null: no logs.</summary>
    NoLogs,

    /// <summary>Its logs are gone: 404.</summary>
    Missing,
}
