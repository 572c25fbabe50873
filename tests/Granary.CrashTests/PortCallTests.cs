using Granary.CrashTests.Child;
using Granary.Simulator;
using Granary.Simulator.Faults;

namespace Granary.CrashTests;

/// <summary>A process that dies by SIGKILL before or after the effect of a call through a port.</summary>
public sealed class PortCallTests
{
    [Fact]
    public async Task Nothing_is_lost_or_doubled_when_the_process_dies_at_each_port_call_in_turn()
    {
        await using var ci = await SimulatedCi.StartAsync(Given.Ci(builds: 40));
        using var folder = new CrashFolder(ci);
        foreach (var point in KillPoints.All)
        {
            // So that every call is made: a running build is looked at again, a long log is checkpointed, and what an earlier
            // process left half-read is cleared up.
            ci.AddBuild(new() { LogBytes = 3_000_000 });
            ci.AddBuild();
            ci.FinishBuild(ci.AddBuild(new() { Running = true }).Uuid);
            ci.AddBuild(new() { Running = true });
            if (point.StartsWith("index.delete", StringComparison.Ordinal) || point.StartsWith("index.count", StringComparison.Ordinal))
            {
                await folder.CrashAsync("source.list.after");
            }

            await folder.CrashAsync(point);
        }

        await folder.CompleteAsync();

        await folder.ShouldBeExactAsync(ci);
    }
}
