using System.Net;
using System.Net.NetworkInformation;
using Granary.Simulator;

namespace Granary.ClusterTests;

public class DashboardTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_silo_serves_a_page_about_its_grains_on_the_loopback_address_alone()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var ci = await SimulatedCi.StartAsync(new() { Builds = 5 }, TestContext.Current.CancellationToken);
        var silo = await cluster.StartSiloAsync();
        await cluster.AddSourceAsync(ci, "ci");
        await cluster.WaitForCompleteAsync("ci", 5, Patience);

        using var http = new HttpClient { BaseAddress = new($"http://127.0.0.1:{cluster.PortsOf(silo).Dashboard}/") };
        (await http.GetStringAsync("", TestContext.Current.CancellationToken)).ShouldContain("Orleans Dashboard");
        (await http.GetStringAsync("index.min.js", TestContext.Current.CancellationToken)).Length.ShouldBeGreaterThan(10_000);
        await cluster.UntilAsync(
            async () => await http.GetStringAsync("DashboardCounters", TestContext.Current.CancellationToken) is var counters
                && counters.Contains("Granary.Cluster.SourceGrain", StringComparison.Ordinal)
                && counters.Contains("Granary.Cluster.IndexerGrain", StringComparison.Ordinal),
            Patience);

        var (port, dashboard) = cluster.PortsOf(silo);
        var listening = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners()
            .Where(end => end.Port == port || end.Port == dashboard).ToList();
        listening.Select(end => end.Port).ShouldBe([port, dashboard], ignoreOrder: true);
        listening.ShouldAllBe(end => IPAddress.IsLoopback(end.Address));
    }
}
