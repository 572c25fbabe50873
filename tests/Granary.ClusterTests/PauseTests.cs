using Granary.Simulator;

namespace Granary.ClusterTests;

public class PauseTests
{
    private const int Builds = 200;
    private const string Source = "ci";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_source_resumed_as_soon_as_its_pause_took_hold_goes_on()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var ci = await SimulatedCi.StartAsync(
            new() { Builds = Builds, Seed = 4, LogBytesMedian = 75_000 }, TestContext.Current.CancellationToken);
        await cluster.StartSiloAsync();
        await cluster.AddSourceAsync(ci, Source);
        foreach (var complete in (int[])[20, 80, Builds])
        {
            await cluster.WaitForCompleteAsync(Source, complete, Patience);
            await cluster.ChangeSourceAsync(Source, source => source with { Paused = true });
            await cluster.UntilAsync(async () => await cluster.CountAsync("granary.reminder") == 0, Patience);
            await cluster.ChangeSourceAsync(Source, source => source with { Paused = false });
        }

        await cluster.UntilAsync(async () => await cluster.CountAsync("granary.reminder") == 1, Patience);
        await cluster.ShouldHoldExactlyAsync(ci, Source);
    }

    [Fact]
    public async Task The_builds_of_a_paused_source_wait()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var ci = await SimulatedCi.StartAsync(
            new() { Builds = Builds, Seed = 4, LogBytesMedian = 300_000 }, TestContext.Current.CancellationToken);
        await cluster.StartSiloAsync();
        await cluster.AddSourceAsync(ci, Source);
        await cluster.WaitForCompleteAsync(Source, 5, Patience);
        await cluster.ChangeSourceAsync(Source, source => source with { Paused = true });
        await cluster.UntilAsync(async () => await cluster.CountAsync("granary.reminder") == 0, Patience);
        await cluster.UntilAsync(async () => await cluster.CountAsync("granary.pending WHERE lease_until > now()") == 0, Patience);

        var (pending, requests) = ((await cluster.State.ReadCursorAsync(Source, TestContext.Current.CancellationToken)).Pending, ci.RequestCount);
        pending.ShouldBeGreaterThan(0);
        await cluster.StartSiloAsync();
        ci.RequestCount.ShouldBe(requests);
        (await cluster.State.ReadCursorAsync(Source, TestContext.Current.CancellationToken)).Pending.ShouldBe(pending);
    }
}
