using System.Text;
using System.Text.Json;
using Granary.Elastic.Tests;
using Granary.Simulator;
using Granary.Testing;

namespace Granary.ClusterTests;

/// <summary>Silos of the executable over PostgreSQL and a real search engine, searched and verified by the executable.</summary>
public class SearchEngineTests(Engine engine)
{
    private const int Builds = 120;
    private const string Source = "ci";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task A_silo_of_the_executable_killed_in_the_middle_costs_no_line_in_the_engine()
    {
        var url = await engine.AddressAsync();
        await using var cluster = await TestCluster.StartAsync();
        await using var ci = await SimulatedCi.StartAsync(
            new() { Builds = Builds, Seed = 4, LogBytesMedian = 40_000 }, TestContext.Current.CancellationToken);
        using var granary = new GranaryProcess(cluster.Database, url, $"t{Guid.NewGuid():N}");
        granary.Configure(ci, Source);
        await using var first = await granary.StartSiloAsync();
        await using (await granary.StartSiloAsync())
        {
            await cluster.WaitForCompleteAsync(Source, Builds / 5, Patience);

            // SIGKILL is how it ends.
        }

        await using var third = await granary.StartSiloAsync();
        await cluster.WaitForCompleteAsync(Source, Builds, Patience);

        var verified = await granary.RunAsync("verify", "--database", cluster.Database);
        verified.Output.ShouldContain($"{Builds} builds, ");
        verified.Output.ShouldContain(": 0 gaps");
        verified.Code.ShouldBe(0, verified.Output);
        var found = await granary.RunAsync("search", "*", "--limit", "0", "--output", "json", "--database", cluster.Database);
        ShouldBeExact(found.Output, ci);
    }

    [Fact]
    public async Task A_silo_that_starts_again_after_the_only_one_was_killed_deletes_the_lines_of_old_days()
    {
        var url = await engine.AddressAsync();
        await using var cluster = await TestCluster.StartAsync();
        using var granary = new GranaryProcess(cluster.Database, url, $"t{Guid.NewGuid():N}");
        granary.Configure("local", new() { ["old.log"] = DateTime.UtcNow.AddDays(-40), ["young.log"] = DateTime.UtcNow });
        await using (await granary.StartSiloAsync())
        {
            await cluster.WaitForCompleteAsync("local", 2, Patience);
        }

        granary.Environment["GRANARY__Index__RetentionDays"] = "30";
        await using var second = await granary.StartSiloAsync();

        var builds = await granary.RunAsync("builds", "--database", cluster.Database);
        builds.Output.ShouldContain("expired");
        var found = await granary.RunAsync("search", "*", "--count", "--database", cluster.Database);
        found.Output.ShouldBe("1\n");
        var status = await granary.RunAsync("status", "--database", cluster.Database);
        status.Output.ShouldContain("silo's dashboard");
        status.Output.ShouldNotContain("No collector is running");
    }

    private static void ShouldBeExact(string hits, SimulatedCi ci)
    {
        var held = new Dictionary<LogName, LogDigest>();
        foreach (var hit in hits.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement))
        {
            if (hit.GetProperty("type").GetString() == "hit")
            {
                var name = new LogName(hit.GetProperty("build").GetString()!, hit.GetProperty("file").GetString()!);
                var text = Encoding.UTF8.GetBytes(hit.GetProperty("text").GetString()!);
                held[name] = held.GetValueOrDefault(name).With(hit.GetProperty("line").GetInt64(), hit.GetProperty("part").GetInt32(), text);
            }
        }

        Truth.Differences(held, ci).ShouldBeEmpty();
    }
}
