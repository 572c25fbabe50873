using Granary.App.Collecting;
using Granary.Core.Model;
using Granary.Core.Ports;
using Granary.Testing;

namespace Granary.App.Tests.Collecting;

/// <summary>What one source or one backfill does not get done, no other waits for.</summary>
public class FairnessTests
{
    [Fact]
    public async Task A_source_whose_builds_hang_holds_up_no_other()
    {
        await using var bench = await CollectorBench.CreateAsync("hang", "good");
        var hanging = 0;
        var full = new TaskCompletionSource();
        var hang = new FakeSource
        {
            Pages = _ => [FakeSource.Page("hang", Enumerable.Range(0, 2000).Select(i => "b" + i))],
            Listing = (_, cancellation) =>
            {
                if (Interlocked.Increment(ref hanging) == bench.Options.ReadPermits)
                {
                    full.SetResult();
                }

                return Task.Delay(Timeout.Infinite, cancellation);
            },
        };
        var good = new FakeSource { Pages = _ => full.Task.IsCompleted ? [FakeSource.Page("good", "1", "2", "3", "4", "5")] : [] };

        bench.Serve(bench.State, id => id == "hang" ? hang : good);

        for (var build = 1; build <= 5; build++)
        {
            await bench.SeeAsync(e => e is CollectEvent.BuildDone done && done.Receipt.Build.Key == new BuildKey("good", $"{build}"));
        }
    }

    [Fact]
    public async Task Fresh_builds_do_not_wait_for_a_backfill_that_waits_for_room()
    {
        await using var bench = await CollectorBench.CreateAsync("a");
        bench.Options = bench.Options with { PendingBound = 1000, RetryBase = TimeSpan.FromHours(1), RetryCap = TimeSpan.FromHours(1) };
        var source = new FakeSource
        {
            // The first page of the backfill fills its share, and those builds stay pending; the second waits for room.
            Pages = walk =>
            [
                FakeSource.Page("a", "fresh" + walk),
                FakeSource.Page("a", Enumerable.Range(0, 850).Select(i => "old" + i)) with { Backfill = true },
                FakeSource.Page("a", "older") with { Backfill = true },
            ],
            Listing = (_, _) => throw new CiException("503"),
        };

        bench.Serve(bench.State, _ => source);

        await bench.SeeAsync(e => e is CollectEvent.BuildDelayed { Pending.Build.Key.Id: "fresh10" });
    }

    [Fact]
    public async Task A_build_that_can_never_be_looked_at_again_fails_in_the_end_and_holds_up_no_other()
    {
        await using var bench = await CollectorBench.CreateAsync("a");
        bench.Options = bench.Options with { OpenExpiry = TimeSpan.FromDays(-8) };
        var running = FakeSource.Page("a", Enumerable.Range(0, 120).Select(i => "b" + i));
        var source = new FakeSource
        {
            Pages = walk => walk == 1 ? [new([.. running.Builds.Select(build => build with { Finished = false, FinishedAt = null })], null)] : [],
            Open = builds => builds.Any(build => build.Key.Id == "b7")
                ? throw new CiException("500 for b7")
                : [.. builds.Select(build => build with { Finished = true })],
        };

        bench.Serve(bench.State, _ => source);

        await bench.SeeAsync(e => e is CollectEvent.PollFailed { Reason: "500 for b7" });
        await bench.UntilAsync(async () => await bench.State.ReadReceiptAsync(new("a", "b7"), CancellationToken.None) is { Status: ReceiptStatus.Failed });
        await bench.UntilAsync(async () => (await bench.State.ReadTotalsAsync("a", CancellationToken.None)).Complete == 119);
        (await bench.State.ReadTotalsAsync("a", CancellationToken.None)).Failed.ShouldBe(1);
    }

    [Fact]
    public async Task A_build_that_cannot_be_looked_at_does_not_slow_the_polls_down()
    {
        await using var bench = await CollectorBench.CreateAsync("a");
        bench.Options = bench.Options with { RetryBase = TimeSpan.FromHours(1) };
        var source = new FakeSource
        {
            Pages = walk => walk == 1 ? [new([ScriptedSource.BuildOf("b") with { Key = new("a", "b"), Finished = false }], null)] : [],
            Open = _ => throw new CiException("500 for b"),
        };

        bench.Serve(bench.State, _ => source);

        await bench.UntilAsync(() => Task.FromResult(source.Walks >= 5));
        await bench.UntilAsync(async () => (await bench.State.ReadCursorAsync("a", CancellationToken.None)).LastError == "500 for b");
    }
}
