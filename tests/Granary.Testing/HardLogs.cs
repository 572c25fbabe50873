using Granary.Simulator.Faults;

namespace Granary.Testing;

/// <summary>Whatever makes reading logs hard, some of it in each of a few builds.</summary>
public static class HardLogs
{
    public static SimulatorFaults Faults { get; } = new()
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
    };
}
