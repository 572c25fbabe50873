using Granary.App.Collecting;
using Granary.Core.Masking;
using Granary.Core.Model;
using Granary.Core.Ports;
using Granary.Simulator;
using Granary.Simulator.Faults;
using Granary.Sources;
using Granary.State;
using Granary.Testing;

namespace Granary.App.Tests.Collecting;

/// <summary>The collecting loop over a simulated CI and an index in memory: what is held at the end is what the CI stated.</summary>
public sealed class CollectorTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("granary-collector-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(ApiGeneration.Current)]
    [InlineData(ApiGeneration.Idx)]
    [InlineData(ApiGeneration.Old)]
    public async Task Every_line_of_a_backlog_is_held_once(ApiGeneration generation)
    {
        await using var ci = await SimulatedCi.StartAsync(new() { Builds = 250, LogBytesMedian = 20_000, Generation = generation });

        var index = await CollectAsync(ci, expectSuccess: true);

        ShouldHold(index, ci);
    }

    [Fact]
    public async Task Nothing_is_lost_or_doubled_while_pages_shift_and_requests_fail()
    {
        await using var ci = await SimulatedCi.StartAsync(new()
        {
            Builds = 300,
            LogBytesMedian = 10_000,
            Faults = new SimulatorFaults
            {
                ShiftedPages = 0.5,
                ShiftedBuildsLimit = 30,
                TooManyRequests = 0.02,
                RetryAfter = TimeSpan.Zero,
                ServerErrors = 0.03,
                CutBodies = 0.03,
                ChangingLogs = 0.05,
                CarriageReturns = 0.2,
                AnsiSequences = 0.2,
                InvalidUtf8 = 0.2,
                MissingFiles = 0.02,
                NullLogUrls = 0.02,
                MissingLogs = 0.02,
            },
        });

        // The shifts are used up within the first walk; what they added above it is the second's.
        var index = await CollectAsync(ci, expectSuccess: true);
        await CollectAsync(ci, expectSuccess: true, index);

        ShouldHold(index, ci);
    }

    [Fact]
    public async Task Collecting_goes_on_after_the_index_was_away()
    {
        await using var ci = await SimulatedCi.StartAsync(new() { Builds = 60, LogBytesMedian = 20_000 });
        var chunks = 0;
        var index = new MemoryIndex { Outage = () => Interlocked.Increment(ref chunks) % 20 == 0 ? "away" : null };

        await CollectAsync(ci, expectSuccess: true, index);

        ShouldHold(index, ci);
    }

    [Fact]
    public async Task A_source_that_cannot_be_used_fails_alone()
    {
        await using var ci = await SimulatedCi.StartAsync(new() { Builds = 20, LogBytesMedian = 5_000 });
        await using (var state = await SqliteStateStore.OpenAsync(new() { Path = Path.Combine(folder, "state.db") }))
        {
            await state.SaveSourceAsync(new() { Id = "bad", Name = "bad", Kind = "zuul", Address = "not an address" }, CancellationToken.None);
        }

        var index = await CollectAsync(ci, expectSuccess: false);

        ShouldHold(index, ci);
    }

    private static void ShouldHold(MemoryIndex index, SimulatedCi ci)
    {
        var (whole, partial) = Truth.Of(ci);
        var held = index.Digests();
        whole.ShouldNotBeEmpty();
        foreach (var name in held.Keys.Except(whole.Keys))
        {
            partial.ShouldContain(name);
        }

        foreach (var (name, digest) in whole)
        {
            held.ShouldContainKeyAndValue(name, digest);
        }
    }

    private async Task<MemoryIndex> CollectAsync(SimulatedCi ci, bool expectSuccess, MemoryIndex? index = null)
    {
        index ??= new();
        await using var state = await SqliteStateStore.OpenAsync(new() { Path = Path.Combine(folder, "state.db") });
        await state.SaveSourceAsync(
            new() { Id = "sim", Name = "sim", Kind = "zuul", Address = ci.BaseAddress.ToString(), Tenant = ci.Tenant },
            CancellationToken.None);
        var options = new CollectorOptions { RetryBase = TimeSpan.FromMilliseconds(10), IndexPause = TimeSpan.FromMilliseconds(10) };
        var collector = new Collector(
            state, index, Open, _ => new Masker(), options.ForOnce() with { MaxAttempts = 50 }, TimeProvider.System, _ => { });
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));

        var done = await collector.RunAsync(patience.Token);

        done.ShouldBe(expectSuccess);
        (await state.ReadCursorAsync("sim", CancellationToken.None)).Pending.ShouldBe(0);
        return index;
    }

    private static ICiSource Open(SourceDefinition source) =>
        SourceFactory.Create(source, new() { PageSize = 10, RetryBase = TimeSpan.FromMilliseconds(5), RetryCap = TimeSpan.FromMilliseconds(50) });
}
