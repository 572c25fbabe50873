using Granary.Simulator;

namespace Granary.ClusterTests;

public class HostLimitTests
{
    private const int Builds = 100;
    private const int AtOnce = 3;
    private const string Source = "ci";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Two_silos_together_send_a_host_no_more_requests_at_once_than_its_source_allows()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.ListAsync<int>(NotedPermits.Table);
        await using var ci = await SimulatedCi.StartAsync(
            new() { Builds = Builds, Seed = 4, LogBytesMedian = 75_000 }, TestContext.Current.CancellationToken);
        await cluster.StartSiloAsync("silo", "noted");
        await cluster.StartSiloAsync("silo", "noted");
        await cluster.AddSourceAsync(ci, Source, change: source => source with { MaxConnections = AtOnce });
        await cluster.WaitForCompleteAsync(Source, Builds, Patience);

        (await cluster.ListAsync<long>("SELECT count(DISTINCT silo) FROM permit")).ShouldBe([2]);
        (await cluster.ListAsync<long>(NotedPermits.MostAtOnce)).ShouldBe([AtOnce]);
        await cluster.ShouldHoldExactlyAsync(ci, Source);
    }
}
