using System.Diagnostics;
using Granary.Simulator;

namespace Granary.ClusterTests;

public class SpreadTests
{
    private const int Sources = 100;

    [Fact]
    public async Task A_hundred_sources_spread_to_within_a_fifth_of_even_in_two_minutes_after_a_second_silo_joined()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var ci = await SimulatedCi.StartAsync(new() { Builds = 0 }, TestContext.Current.CancellationToken);
        for (var number = 0; number < Sources; number++)
        {
            await cluster.AddSourceAsync(ci, $"ci-{number}", TimeSpan.FromSeconds(20));
        }

        await cluster.StartSiloAsync();
        await WaitAsync(cluster, counts => counts.Sum() == Sources, TimeSpan.FromMinutes(2));
        await cluster.StartSiloAsync();
        await WaitAsync(cluster, counts => counts.Count == 2 && counts.Min() >= 40 && counts.Sum() == Sources, TimeSpan.FromMinutes(2));
    }

    /// <summary>Who owns how many sources, as the grains stored it when they were activated.</summary>
    private static async Task WaitAsync(TestCluster cluster, Func<IReadOnlyList<long>, bool> condition, TimeSpan patience)
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            var counts = await cluster.ListAsync<long>(
                """
                SELECT count(*) FROM (
                    SELECT convert_from(payload, 'UTF8')::json ->> 'Owner' AS owner FROM granary.grain_state WHERE payload IS NOT NULL) s
                GROUP BY owner
                """);
            if (condition(counts))
            {
                return;
            }

            Stopwatch.GetElapsedTime(began).ShouldBeLessThan(patience, $"{string.Join(" + ", counts)} sources; {cluster.Output}");
            await Task.Delay(500, TestContext.Current.CancellationToken);
        }
    }
}
