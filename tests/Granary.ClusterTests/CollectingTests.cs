using Granary.Simulator;

namespace Granary.ClusterTests;

/// <summary>Two silo processes collect 500 builds, some 64 MB; something happens in the middle.</summary>
public class CollectingTests
{
    private const int Builds = 500;
    private const string Source = "ci";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    [Fact]
    public Task Two_silos_collect_every_line() => CollectAsync((_, _, _) => Task.CompletedTask);

    [Fact]
    public Task A_silo_killed_in_the_middle_and_started_again_costs_no_line() => CollectAsync(async (cluster, _, second) =>
    {
        await TestCluster.KillAsync(second);
        await cluster.StartSiloAsync();
    });

    [Fact]
    public Task A_silo_stopped_in_the_middle_and_started_again_costs_no_line() => CollectAsync(async (cluster, _, second) =>
    {
        await TestCluster.StopAsync(second);
        second.ExitCode.ShouldBe(0, cluster.Output);
        await cluster.StartSiloAsync();
    });

    [Fact]
    public Task A_restart_of_the_database_costs_no_line() => CollectAsync(
        (cluster, _, _) => cluster.Server.RestartAsync(TestContext.Current.CancellationToken));

    [Fact]
    public Task Streams_that_lose_double_and_reorder_a_twentieth_cost_no_line() => CollectAsync((_, _, _) => Task.CompletedTask, flags: "lossy");

    private static async Task CollectAsync(
        Func<TestCluster, System.Diagnostics.Process, System.Diagnostics.Process, Task> happen, params string[] flags)
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var ci = await SimulatedCi.StartAsync(
            new() { Builds = Builds, Seed = 4, LogBytesMedian = 75_000 }, TestContext.Current.CancellationToken);
        var first = await cluster.StartSiloAsync(flags: flags);
        var second = await cluster.StartSiloAsync(flags: flags);
        await cluster.AddSourceAsync(ci, Source);

        await cluster.WaitForCompleteAsync(Source, Builds / 5, Patience);
        await happen(cluster, first, second);
        await cluster.WaitForCompleteAsync(Source, Builds, Patience);
        await cluster.ShouldHoldExactlyAsync(ci, Source);
    }
}
