using System.Diagnostics;
using System.Text.Json;
using Granary.Elastic.Tests.Faults;
using Granary.Simulator;
using Granary.Testing;
using Granary.Tests.Program;

namespace Granary.Elastic.Tests.Collecting;

/// <summary>The executable, killed at random while it collects into the real engine and everything goes wrong on the way.</summary>
public sealed class KillTests(Engine engine, ITestOutputHelper output)
{
    private const int Builds = 80;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(60);

    private static FaultPlan Faults => new(20)
    {
        ItemsPushedBack = 0.05,
        CutBefore = 0.005,
        CutAfter = 0.005,
        Latency = TimeSpan.FromMilliseconds(50),
    };

    [Fact]
    public async Task Every_line_of_a_simulated_CI_is_there_once_though_the_collector_is_killed_again_and_again()
    {
        var address = await engine.AddressAsync();
        await using var ci = await StartCiAsync(KillEffort.IsFull ? 20_000_000 : 10_000_000);
        var (whole, partial) = Truth.Of(ci);
        partial.ShouldBeEmpty();
        await using var proxy = await FaultProxy.StartAsync(address, Faults);
        using var folder = new EngineFolder(address, proxy.Address);
        await folder.SucceedAsync("source", "add", "zuul", "ci", "--url", ci.BaseAddress.ToString(), "--tenant", ci.Tenant);

        await CollectAsync(folder, proxy, whole.Values.Sum(log => log.Entries));

        await ShouldHoldAsync(folder, whole);
    }

    [Fact]
    public async Task Every_line_of_real_logs_is_there_once_though_the_collector_is_killed_again_and_again()
    {
        var corpus = Environment.GetEnvironmentVariable("GRANARY_CORPUS");
        Assert.SkipWhen(string.IsNullOrEmpty(corpus), "GRANARY_CORPUS is not set");
        Assert.SkipUnless(KillEffort.IsFull || KillEffort.Megabytes is not null, "GRANARY_FULL=1 and GRANARY_KILL_MB turn it on");
        var address = await engine.AddressAsync();
        await using var proxy = await FaultProxy.StartAsync(address, Faults);
        using var folder = new EngineFolder(address, proxy.Address);
        var logs = await RealLogs.CopyAsync(corpus!, folder.Files.Logs, KillEffort.Megabytes);
        await folder.SucceedAsync("source", "add", "directory", "logs", "--path", folder.Files.Logs);

        await CollectAsync(folder, proxy, logs.Digests.Values.Sum(log => log.Entries));

        await ShouldHoldAsync(folder, logs.Digests, logs.Unmasked);
        logs.MaskedLines.ShouldBeLessThan(logs.Digests.Count * 2);
    }

    /// <summary>Small logs with whatever makes reading them hard, and a large one.</summary>
    private static async Task<SimulatedCi> StartCiAsync(long bytes)
    {
        var ci = await SimulatedCi.StartAsync(new SimulatorOptions
        {
            Seed = 20,
            Builds = Builds,
            BacklogBuilds = Builds,
            BacklogSpan = TimeSpan.FromDays(2),
            LogBytesMedian = bytes / Builds / 2,
            Faults = HardLogs.Faults with { LongLines = 0.05 },
        });
        ci.AddBuild(new() { LogBytes = bytes / 4 });
        return ci;
    }

    private async Task CollectAsync(EngineFolder folder, FaultProxy proxy, long entries)
    {
        var clock = Stopwatch.StartNew();
        await KillAsync(folder, proxy, entries);
        await using var last = folder.Start("collect", "--once");
        var run = await last.EndAsync(Patience);
        run.Code.ShouldBe(0, run.Error);
        output.WriteLine($"{entries} entries, {KillEffort.Kills} kills, {proxy.Documents} documents passed on, {proxy.Bulks} requests, {proxy.Plan.Happened} faults: {clock.Elapsed}");
    }

    /// <summary>Some kills come as the collector starts, the others wherever chance has it on the way through the lines.</summary>
    private static async Task KillAsync(EngineFolder folder, FaultProxy proxy, long entries)
    {
        var random = new Random(20_26);
        for (var kill = 0; kill < KillEffort.Kills; kill++)
        {
            await using var collect = folder.Start("collect", "--once");
            if (kill % 4 == 3)
            {
                await Task.Delay(random.Next(50, 2000));
            }
            else
            {
                // As long as fewer documents have passed than there are, some work is left.
                var enough = (long)(entries * 0.95 * (kill + random.NextDouble()) / KillEffort.Kills);
                await Until.TrueAsync(() => proxy.Documents >= enough || collect.HasEnded, Patience);
            }

            collect.HasEnded.ShouldBeFalse(collect.Error);
            collect.Kill();
            (await collect.EndAsync(Patience)).Code.ShouldBe(137);
        }
    }

    private async Task ShouldHoldAsync(EngineFolder folder, Dictionary<LogName, LogDigest> whole, Func<LogName, long, string, string>? read = null)
    {
        var clock = Stopwatch.StartNew();
        var (held, generations, documents) = await folder.Api.DigestAsync(read);
        held.Keys.Except(whole.Keys).ShouldBeEmpty("the engine holds logs that the CI does not have");
        whole.Where(log => held.GetValueOrDefault(log.Key) != log.Value)
            .Select(log => $"{log.Key}: {log.Value.Entries} entries at the CI, {held.GetValueOrDefault(log.Key).Entries} held")
            .ShouldBeEmpty();
        documents.ShouldBe(whole.Values.Sum(log => log.Entries));
        generations.Values.ShouldAllBe(some => some.Count == 1);
        output.WriteLine($"compared with the truth in {clock.Elapsed}");

        var status = JsonDocument.Parse((await folder.SucceedAsync("status", "-o", "json")).Out).RootElement.GetProperty("sources")[0];
        status.GetProperty("pending").GetInt32().ShouldBe(0);
        status.GetProperty("open").GetInt32().ShouldBe(0);

        clock.Restart();
        await using var verify = folder.Start("verify");
        var verified = await verify.EndAsync(Patience);
        verified.Code.ShouldBe(0, verified.Out + verified.Error);
        output.WriteLine($"verified in {clock.Elapsed}: {verified.Lines[^1]}");
        verified.Lines[^1].ShouldContain(": 0 gaps, ");
    }
}
