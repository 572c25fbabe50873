using Granary.App.Collecting;
using Granary.Core.Capacity;
using Granary.Core.Masking;
using Granary.Core.Ports;
using Granary.Testing;

namespace Granary.App.Tests.Collecting;

/// <summary>Whatever fails, a source is told of and tried again.</summary>
public class FailingSourceTests
{
    [Fact]
    public async Task A_source_is_asked_again_soon_where_the_server_asks_for_a_pause_of_months()
    {
        await using var bench = await CollectorBench.CreateAsync("a");
        bench.Options = bench.Options with { RetryAfterCap = TimeSpan.FromMilliseconds(10) };
        var source = new FakeSource
        {
            Pages = walk => walk < 3 ? throw new CiException("429") { RetryAfter = TimeSpan.FromDays(100) } : [FakeSource.Page("a", "b")],
        };

        bench.Serve(bench.State, _ => source);

        await bench.SeeAsync(e => e is CollectEvent.BuildDone);
    }

    [Fact]
    public async Task The_longest_pause_for_a_server_is_an_hour_and_with_once_a_minute()
    {
        await using var bench = await CollectorBench.CreateAsync("a");
        var source = new FakeSource { Pages = _ => throw new CiException("429") { RetryAfter = TimeSpan.FromDays(60) } };

        foreach (var (options, cap) in new[] { (new CollectorOptions(), 60), (new CollectorOptions().ForOnce(), 1) })
        {
            var meter = new StageMeter("pages", 1, TimeProvider.System);
            var loop = new SourceLoop(CollectorBench.Source("a"), source, bench.State, options, meter, TimeProvider.System, new(), _ => { });
            await loop.PollAsync(CancellationToken.None);
            loop.Pause().ShouldBe(TimeSpan.FromMinutes(cap));
        }
    }

    [Fact]
    public async Task A_build_is_tried_again_soon_where_the_log_store_asks_for_a_pause_of_decades()
    {
        await using var bench = await CollectorBench.CreateAsync("a");
        bench.Options = bench.Options with { RetryAfterCap = TimeSpan.FromMilliseconds(10) };
        var tries = 0;
        var source = new FakeSource
        {
            Pages = _ => [FakeSource.Page("a", "b")],
            Listing = (_, _) => ++tries < 3 ? throw new CiException("503") { RetryAfter = TimeSpan.FromDays(20_000) } : Task.CompletedTask,
        };

        (await bench.CollectOnceAsync(bench.State, _ => source)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_source_that_fails_while_the_state_store_is_full_is_tried_again()
    {
        await using var bench = await CollectorBench.CreateAsync("a");
        var notes = 0;
        var state = WatchedState.Over(bench.State, before: call =>
        {
            if (call == nameof(IStateStore.NotePollAsync) && ++notes == 1)
            {
                throw new StateUnavailableException("no space is left");
            }
        });
        var source = new FakeSource { Pages = walk => walk == 1 ? throw new CiException("503") : [FakeSource.Page("a", "b")] };

        bench.Serve(state, _ => source);

        await bench.SeeAsync(e => e is CollectEvent.PollFailed { Reason: "503" });
        await bench.SeeAsync(e => e is CollectEvent.BuildDone);
    }

    [Fact]
    public async Task A_source_whose_token_cannot_be_read_fails_alone_is_told_of_and_is_tried_again()
    {
        await using var bench = await CollectorBench.CreateAsync("bad", "good");
        var readable = false;
        bench.Maskers = source => source.Id == "good" || Volatile.Read(ref readable) ? new Masker() : throw new UnauthorizedAccessException("denied");

        bench.Serve(bench.State, id => new FakeSource { Pages = _ => [FakeSource.Page(id, "b")] });

        await bench.SeeAsync(e => e is CollectEvent.PollFailed { Source.Id: "bad", Reason: "denied" });
        await bench.SeeAsync(e => e is CollectEvent.BuildDone { Receipt.Build.Key.Source: "good" });
        (await bench.State.ReadCursorAsync("bad", CancellationToken.None)).LastError.ShouldBe("denied");
        Volatile.Write(ref readable, true);
        await bench.SeeAsync(e => e is CollectEvent.BuildDone { Receipt.Build.Key.Source: "bad" });
    }

    [Fact]
    public async Task Each_build_is_read_with_the_masking_of_its_time()
    {
        await using var bench = await CollectorBench.CreateAsync("a");
        var source = new FakeSource { Pages = walk => [FakeSource.Page("a", "b" + walk)] };
        var asked = 0;
        bench.Maskers = _ => new Masker([$"token-{Interlocked.Increment(ref asked)}"]);

        bench.Serve(bench.State, _ => source);

        await bench.SeeAsync(e => e is CollectEvent.BuildDone { Receipt.Build.Key.Id: "b3" });
        asked.ShouldBeGreaterThan(3);
    }

    [Fact]
    public async Task A_loop_that_breaks_is_told_of_and_begun_again()
    {
        await using var bench = await CollectorBench.CreateAsync("a");
        bench.Time = new BreakingTimers(CollectorBench.Source("a").PollInterval);
        var source = new FakeSource { Pages = walk => [FakeSource.Page("a", "b" + walk)] };

        bench.Serve(bench.State, _ => source);

        await bench.SeeAsync(e => e is CollectEvent.PollFailed { Reason: "no timer" });
        await bench.SeeAsync(e => e is CollectEvent.BuildDone { Receipt.Build.Key.Id: "b3" });
    }

    /// <summary>The first timer of a length cannot be had.</summary>
    private sealed class BreakingTimers(TimeSpan length) : TimeProvider
    {
        private int asked;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            dueTime == length && Interlocked.Increment(ref asked) == 1
                ? throw new InvalidOperationException("no timer")
                : base.CreateTimer(callback, state, dueTime, period);
    }
}
