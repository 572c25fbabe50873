using Granary.Simulator;

namespace Granary.ClusterTests;

public class HostLimitTests
{
    private const int AtOnce = 3;
    private const string Source = "ci";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Two_silos_together_send_a_host_no_more_requests_at_once_than_its_source_allows()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.ListAsync<int>(NotedPermits.Table);
        await using var ci = await SimulatedCi.StartAsync(
            new() { Builds = 100_000, BacklogBuilds = 100, BuildsPerSecond = 5, Seed = 4 }, TestContext.Current.CancellationToken);
        await cluster.StartSiloAsync("silo", "noted");
        await cluster.StartSiloAsync("silo", "noted");
        await cluster.AddSourceAsync(ci, Source, change: source => source with { MaxConnections = AtOnce });

        // A busy machine's placement may leave one of them without work for a while: there are always new builds.
        await cluster.UntilAsync(
            async () => await cluster.CountAsync("(SELECT silo FROM permit GROUP BY silo HAVING count(*) >= 30) AS busy") == 2, Patience);
        (await cluster.ListAsync<long>(NotedPermits.MostAtOnce)).Single().ShouldBeInRange(2, AtOnce);
    }
}
