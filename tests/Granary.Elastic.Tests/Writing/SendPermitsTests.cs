using Granary.Elastic.Writing;

namespace Granary.Elastic.Tests.Writing;

public sealed class SendPermitsTests
{
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(20);

    [Fact]
    public async Task Good_answers_raise_the_limit_to_the_most()
    {
        var permits = new SendPermits(4);
        permits.Limit.ShouldBe(2);
        for (var answer = 0; answer < 20; answer++)
        {
            await permits.TakeAsync(default);
            permits.Answered(Quick);
        }

        permits.Limit.ShouldBe(4);
    }

    [Fact]
    public async Task A_push_back_halves_the_limit_and_one_stays()
    {
        var permits = new SendPermits(8);
        for (var answer = 0; answer < 60; answer++)
        {
            await permits.TakeAsync(default);
            permits.Answered(Quick);
        }

        permits.Limit.ShouldBe(8);
        int[] limits = [4, 2, 1, 1];
        foreach (var limit in limits)
        {
            await permits.TakeAsync(default);
            permits.PushedBack();
            permits.Limit.ShouldBe(limit);
        }
    }

    [Fact]
    public async Task An_answer_far_slower_than_usual_halves_the_limit()
    {
        var permits = new SendPermits(4);
        for (var answer = 0; answer < 20; answer++)
        {
            await permits.TakeAsync(default);
            permits.Answered(Quick);
        }

        await permits.TakeAsync(default);
        permits.Answered(TimeSpan.FromSeconds(30));
        permits.Limit.ShouldBe(2);
    }

    [Fact]
    public async Task Who_waits_gets_the_permit_that_is_given_back()
    {
        var permits = new SendPermits(1);
        await permits.TakeAsync(default);
        using var stop = new CancellationTokenSource();
        var cancelled = permits.TakeAsync(stop.Token);
        var waiting = permits.TakeAsync(default);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => cancelled);
        waiting.IsCompleted.ShouldBeFalse();
        permits.Unused();
        await waiting;
    }
}
