using Granary.App.Collecting;

namespace Granary.App.Tests.Collecting;

public class ReadPermitsTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task One_source_may_hold_all_permits_and_no_more()
    {
        var permits = new ReadPermits(3);
        for (var i = 0; i < 3; i++)
        {
            await permits.EnterAsync("a", None);
        }

        var fourth = permits.EnterAsync("a", None);

        fourth.IsCompleted.ShouldBeFalse();
        permits.Waiting("a").ShouldBe(1);
    }

    [Fact]
    public async Task A_source_that_holds_none_waits_for_no_other()
    {
        var permits = new ReadPermits(2);
        await permits.EnterAsync("a", None);
        await permits.EnterAsync("a", None);

        (await permits.EnterAsync("b", None).WaitAsync(TimeSpan.FromSeconds(10))).Dispose();
    }

    [Fact]
    public async Task No_more_than_twice_the_permits_are_held_by_however_many_sources()
    {
        var permits = new ReadPermits(2);

        var entering = Enumerable.Range(0, 10).Select(i => permits.EnterAsync("s" + i, None)).ToList();

        await Task.WhenAll(entering.Take(4));
        entering.Skip(4).ShouldAllBe(task => !task.IsCompleted);
    }

    [Fact]
    public async Task A_free_permit_goes_to_the_source_that_holds_the_fewest()
    {
        var permits = new ReadPermits(3);
        var first = await permits.EnterAsync("a", None);
        await permits.EnterAsync("a", None);
        await permits.EnterAsync("b", None);
        var more = permits.EnterAsync("a", None);
        var other = permits.EnterAsync("b", None);
        var otherAgain = permits.EnterAsync("b", None);

        first.Dispose();

        // Both hold one now; the second was served later.
        await more.WaitAsync(TimeSpan.FromSeconds(10));
        (await more).Dispose();
        await other.WaitAsync(TimeSpan.FromSeconds(10));
        otherAgain.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Who_stops_waiting_leaves_the_permit_to_the_next()
    {
        var permits = new ReadPermits(1);
        var held = await permits.EnterAsync("a", None);
        using var stop = new CancellationTokenSource();
        var left = permits.EnterAsync("a", stop.Token);
        var next = permits.EnterAsync("a", None);

        await stop.CancelAsync();
        held.Dispose();

        await Should.ThrowAsync<OperationCanceledException>(() => left);
        (await next.WaitAsync(TimeSpan.FromSeconds(10))).Dispose();
        permits.Waiting("a").ShouldBe(0);
    }

    [Fact]
    public async Task A_permit_given_back_twice_is_given_back_once()
    {
        var permits = new ReadPermits(1);
        var held = await permits.EnterAsync("a", None);
        held.Dispose();
        held.Dispose();

        await permits.EnterAsync("a", None);

        permits.EnterAsync("a", None).IsCompleted.ShouldBeFalse();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Under_any_load_permits_are_bounded_and_nobody_is_forgotten(int seed)
    {
        var random = new Random(seed);
        var permits = new ReadPermits(4);
        var (held, most, done) = (0, 0, 0);
        var delays = Enumerable.Range(0, 400).Select(_ => (Source: "s" + random.Next(6), Yields: random.Next(20), Cancelled: random.Next(8) == 0)).ToList();

        await Task.WhenAll(delays.Select(async use =>
        {
            using var stop = new CancellationTokenSource();
            var entering = permits.EnterAsync(use.Source, stop.Token);
            if (use.Cancelled)
            {
                await stop.CancelAsync();
            }

            try
            {
                using (await entering.WaitAsync(TimeSpan.FromSeconds(30)))
                {
                    InterlockedMax(ref most, Interlocked.Increment(ref held));
                    for (var i = 0; i < use.Yields; i++)
                    {
                        await Task.Yield();
                    }

                    Interlocked.Decrement(ref held);
                }
            }
            catch (OperationCanceledException) when (use.Cancelled)
            {
                // As asked for.
            }

            Interlocked.Increment(ref done);
        }));

        done.ShouldBe(delays.Count);
        most.ShouldBeInRange(1, 8);
        Enumerable.Range(0, 6).ShouldAllBe(i => permits.Waiting("s" + i) == 0);
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); value > seen;)
        {
            var before = Interlocked.CompareExchange(ref target, value, seen);
            seen = before == seen ? value : before;
        }
    }
}
