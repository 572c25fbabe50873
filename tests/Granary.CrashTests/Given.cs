using Granary.Simulator;
using Granary.Testing;

namespace Granary.CrashTests;

/// <summary>Simulated CIs that the tests share.</summary>
internal static class Given
{
    /// <summary>A backlog of small and some larger logs with whatever makes reading them hard.</summary>
    public static SimulatorOptions Ci(int builds, ulong seed = 1) => new()
    {
        Seed = seed,
        Builds = builds,
        LogBytesMedian = 30_000,
        Faults = HardLogs.Faults with { MissingLogs = 0.02 },
    };
}
