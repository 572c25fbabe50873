using Granary.Simulator;
using Granary.Simulator.Faults;

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
        Faults = new SimulatorFaults
        {
            CarriageReturns = 0.1,
            AnsiSequences = 0.1,
            InvalidUtf8 = 0.1,
            EmptyLines = 0.2,
            CrLf = 0.1,
            NoFinalLineFeed = 0.1,
            Secrets = 0.1,
            MissingFiles = 0.02,
            NullLogUrls = 0.02,
            MissingLogs = 0.02,
        },
    };
}
