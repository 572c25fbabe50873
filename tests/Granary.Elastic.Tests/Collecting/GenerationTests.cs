using Granary.Core.Model;
using Granary.Elastic.Tests.Faults;
using Granary.Simulator;
using Granary.State;
using Granary.Testing;
using Granary.Tests.Program;

namespace Granary.Elastic.Tests.Collecting;

/// <summary>Whatever changes between two readings of a build, and wherever the collector dies, the engine ends with one generation of it.</summary>
public sealed class GenerationTests(Engine engine) : IAsyncLifetime
{
    private const string Away = """{"error":{"type":"cluster_manager_not_discovered_exception","reason":"made up"},"status":503}""";

    private FaultProxy proxy = null!;
    private EngineFolder folder = null!;

    public async ValueTask InitializeAsync()
    {
        var address = await engine.AddressAsync();
        proxy = await FaultProxy.StartAsync(address, new FaultPlan(1));
        folder = new EngineFolder(address, proxy.Address);
    }

    public async ValueTask DisposeAsync()
    {
        if (proxy is not null)
        {
            folder.Dispose();
            await proxy.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_log_that_changes_between_two_readings_leaves_one_generation()
    {
        await using var ci = await StartCiAsync();
        await KillInMidBuildAsync();

        ci.ChangeLog(ci.BuildAt(0).Uuid, "job-output.txt");

        await EndsWithOneGenerationAsync(ci);
    }

    [Fact]
    public async Task A_masking_upgrade_in_mid_build_leaves_the_generation_of_the_later_masking()
    {
        await using var ci = await StartCiAsync();
        await KillInMidBuildAsync();
        await ChangePendingAsync(row => row with { MaskingVersion = 0 });

        await KillAtDeletionAsync();
        (await GenerationsAsync()).ShouldBe([1, 2], "it died between writing the later and deleting the earlier");

        await EndsWithOneGenerationAsync(ci);
        (await GenerationsAsync()).ShouldBe([2]);
    }

    [Fact]
    public async Task A_log_that_changes_after_its_receipt_and_again_in_mid_build_leaves_the_last_content()
    {
        var log = Write(0, 500);
        (await folder.CollectLogsAsync()).Code.ShouldBe(0);
        (await GenerationsAsync()).ShouldBe([1]);

        Write(1, 60_000);
        await KillInMidBuildAsync();
        (await GenerationsAsync()).ShouldBe([1, 2]);
        Write(2, 30_000);
        await KillAtDeletionAsync();
        await folder.SucceedAsync("collect", "--once");

        var (held, generations, documents) = await folder.Api.DigestAsync();
        documents.ShouldBe(30_000);
        generations.ShouldHaveSingleItem().Value.ShouldHaveSingleItem();
        var expected = default(LogDigest);
        foreach (var (text, index) in (await System.IO.File.ReadAllLinesAsync(log)).Select((text, index) => (text, index)))
        {
            expected = expected.With(index + 1, 0, System.Text.Encoding.UTF8.GetBytes(text));
        }

        held.ShouldHaveSingleItem().Value.ShouldBe(expected);
        await folder.SucceedAsync("verify");
    }

    private string Write(int content, int lines)
    {
        var log = folder.Files.Write("logs/unit.log", string.Concat(Enumerable.Range(1, lines).Select(n => $"content {content} line {n} {new string('x', 200)}\n")));
        System.IO.File.SetLastWriteTimeUtc(log, new DateTime(2026, 11, 20, 10, content, 0, DateTimeKind.Utc));
        return log;
    }

    private async Task<SimulatedCi> StartCiAsync()
    {
        var ci = await SimulatedCi.StartAsync(new() { Seed = 5, Builds = 0 });
        ci.AddBuild(new() { LogBytes = 8_000_000, Tree = false, Encoding = LogEncoding.Plain });
        await folder.SucceedAsync("source", "add", "zuul", "sim", "--url", ci.BaseAddress.ToString(), "--tenant", ci.Tenant);
        return ci;
    }

    /// <summary>One request is carried out, then the engine seems to be away, then the collector dies.</summary>
    private async Task KillInMidBuildAsync()
    {
        var bulks = 0;
        proxy.Plan.Script = (_, path) => path.EndsWith("/_bulk", StringComparison.Ordinal) && Interlocked.Increment(ref bulks) > 1 ? (503, Away) : null;
        var before = proxy.Documents;
        await KillWhenAsync(() => proxy.Documents > before && Volatile.Read(ref bulks) > 2);
    }

    /// <summary>The collector dies as it asks for the older generation to be deleted.</summary>
    private async Task KillAtDeletionAsync()
    {
        var asked = false;
        proxy.Plan.Script = (_, path) =>
        {
            var isDeletion = path.Contains("-lines-", StringComparison.Ordinal) && path.EndsWith("/_delete_by_query", StringComparison.Ordinal);
            Volatile.Write(ref asked, Volatile.Read(ref asked) || isDeletion);
            return isDeletion ? (503, Away) : null;
        };
        await KillWhenAsync(() => Volatile.Read(ref asked));
    }

    private async Task KillWhenAsync(Func<bool> reached)
    {
        await using var collect = folder.Start("collect", "--once");
        await Until.TrueAsync(() => reached() || collect.HasEnded, TimeSpan.FromMinutes(3));
        collect.HasEnded.ShouldBeFalse(collect.Error);
        collect.Kill();
        (await collect.EndAsync()).Code.ShouldBe(137);
        proxy.Plan.Script = (_, _) => null;
    }

    private async Task ChangePendingAsync(Func<PendingBuild, PendingBuild> change)
    {
        await using var state = await SqliteStateStore.OpenAsync(new() { Path = Path.Combine(folder.Files.Data, "state.db") });
        var source = (await state.ReadSourcesAsync(default)).Single().Id;
        foreach (var row in await state.ReadPendingAsync(source, DateTimeOffset.MaxValue, 10, new HashSet<BuildKey>(), default))
        {
            await state.SavePendingAsync(change(row), default);
        }
    }

    private async Task<int[]> GenerationsAsync() => [.. (await folder.Api.DigestAsync()).Generations.Values.SelectMany(some => some).Order()];

    private async Task EndsWithOneGenerationAsync(SimulatedCi ci)
    {
        await folder.SucceedAsync("collect", "--once");
        var (whole, _) = Truth.Of(ci);
        var (held, generations, documents) = await folder.Api.DigestAsync();
        held.ShouldBe(whole, ignoreOrder: true);
        documents.ShouldBe(whole.Values.Sum(log => log.Entries));
        generations.ShouldHaveSingleItem().Value.ShouldHaveSingleItem();
        await folder.SucceedAsync("verify");
    }
}
