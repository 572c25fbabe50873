using System.Collections.Concurrent;
using Granary.App.Collecting;
using Granary.Simulator;
using Granary.Simulator.Expected;
using Granary.Testing;

namespace Granary.CrashTests;

/// <summary>A collector that follows a CI which shifts its pages, finishes builds late and fails requests.</summary>
public sealed class FollowingTests
{
    [Theory]
    [InlineData(ApiGeneration.Current)]
    [InlineData(ApiGeneration.Idx)]
    [InlineData(ApiGeneration.Old)]
    public async Task Nothing_is_lost_or_doubled_while_pages_shift_builds_finish_late_and_requests_fail(ApiGeneration generation)
    {
        await using var ci = await SimulatedCi.StartAsync(new()
        {
            Seed = 5,
            Generation = generation,
            Builds = Effort.Of(120, 600),
            BacklogBuilds = Effort.Of(60, 300),
            BuildsPerSecond = 0.2,
            ClockSpeed = 100,
            LiveDuration = TimeSpan.FromSeconds(30),
            LogBytesMedian = 10_000,
            Faults = new()
            {
                ShiftedPages = 0.3,
                ShiftedBuildsLimit = 40,
                LateFinishers = 0.2,
                LateBy = TimeSpan.FromMinutes(5),
                TooManyRequests = 0.01,
                RetryAfter = TimeSpan.Zero,
                ServerErrors = 0.02,
                CutBodies = 0.02,
                ChangingLogs = 0.03,
            },
        });
        using var folder = new CrashFolder(ci);
        using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        var done = new ConcurrentDictionary<string, byte>();
        var collecting = folder.CollectAsync(
            ci, folder.IndexOptions(), InProcess.Hasty, told => Note(told, done), stop.Token);

        await Until.TrueAsync(
            () => Task.FromResult(collecting.IsCompleted || (ci.ExpectedBuilds().ToList() is var builds
                && builds.Count >= Effort.Of(120, 600)
                && builds.All(build => build.Outcome != ExpectedBuildOutcome.Running)
                && builds.All(build => build.Outcome != ExpectedBuildOutcome.Logs || done.ContainsKey(build.Build.Uuid)))),
            "every build finished and has its receipt");
        await stop.CancelAsync();
        (await collecting).ShouldBeFalse("it follows until it is stopped");

        await folder.ShouldBeExactAsync(ci);
    }

    private static void Note(CollectEvent told, ConcurrentDictionary<string, byte> done)
    {
        if (told is CollectEvent.BuildDone build)
        {
            done[build.Receipt.Build.Key.Id] = 0;
        }
    }
}
