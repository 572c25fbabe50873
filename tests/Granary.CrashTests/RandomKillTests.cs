using Granary.CrashTests.Child;
using Granary.Simulator;

namespace Granary.CrashTests;

/// <summary>A process that dies by SIGKILL wherever chance has it, again and again, while builds come and finish.</summary>
public sealed class RandomKillTests
{
    private const int KillsOfRound = 20;

    [Fact]
    public async Task Nothing_is_lost_or_doubled_when_the_process_dies_at_random()
    {
        var random = new Random(20_25);
        var rounds = Effort.Of(1, 11);
        for (var round = 0; round < rounds; round++)
        {
            await using var ci = await SimulatedCi.StartAsync(Given.Ci(builds: 40, seed: (ulong)round + 1));
            using var folder = new CrashFolder(ci);
            var kills = Effort.Of(4, KillsOfRound);
            for (var tries = 0; kills > 0; tries++)
            {
                tries.ShouldBeLessThan(5 * KillsOfRound, "too few of the kills came in time");
                AddBuilds(ci, random);
                kills -= await KillAsync(folder, random) ? 1 : 0;
            }

            await folder.CompleteAsync();
            await folder.ShouldBeExactAsync(ci);
        }
    }

    private static void AddBuilds(SimulatedCi ci, Random random)
    {
        ci.AddBuild(new() { LogBytes = random.Next(1_000_000) });
        ci.AddBuild();
        ci.FinishBuild(ci.AddBuild(new() { Running = true }).Uuid, "FAILURE");
        ci.InsertBuildsBeforeNextPage(random.Next(4));
    }

    private static async Task<bool> KillAsync(CrashFolder folder, Random random)
    {
        if (random.Next(3) == 0)
        {
            return await folder.CrashAfterAsync(TimeSpan.FromMilliseconds(random.Next(100, 1500)));
        }

        var point = KillPoints.All[random.Next(KillPoints.All.Count)];
        var run = await folder.RunAsync(folder.Plan with { KillPoint = point, KillHit = random.Next(1, 12) });
        run.ExitCode.ShouldBeOneOf([0, CrashFolder.Killed], run.Output);
        return run.ExitCode == CrashFolder.Killed;
    }
}
