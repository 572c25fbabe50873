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
            permits.Answered(await permits.TakeAsync(default), 1, 0, Quick);
        }

        permits.Limit.ShouldBe(4);
    }

    [Fact]
    public async Task A_push_back_halves_the_limit_and_one_stays()
    {
        var permits = await FullAsync(8);
        int[] limits = [4, 2, 1, 1];
        foreach (var limit in limits)
        {
            permits.PushedBack(await permits.TakeAsync(default));
            permits.Limit.ShouldBe(limit);
        }
    }

    [Fact]
    public async Task A_few_refused_documents_of_each_request_leave_the_limit_high()
    {
        var permits = new SendPermits(4);
        for (var round = 0; round < 200; round++)
        {
            permits.Answered(await permits.TakeAsync(default), 1, 0.05, Quick);
        }

        permits.Limit.ShouldBe(4);
    }

    [Fact]
    public async Task Requests_that_were_under_way_together_cut_the_limit_once()
    {
        var permits = await FullAsync(8);
        var taken = new List<int>();
        for (var request = 0; request < 8; request++)
        {
            taken.Add(await permits.TakeAsync(default));
        }

        taken.ForEach(permits.PushedBack);

        permits.Limit.ShouldBe(4);
        permits.PushedBack(await permits.TakeAsync(default));
        permits.Limit.ShouldBe(2);
    }

    [Fact]
    public async Task A_request_raises_the_limit_by_its_share_of_a_full_batch()
    {
        var permits = new SendPermits(4);
        for (var answer = 0; answer < 20; answer++)
        {
            permits.Answered(await permits.TakeAsync(default), 0.01, 0, Quick);
        }

        permits.Limit.ShouldBe(2);
    }

    [Fact]
    public async Task Small_requests_do_not_tell_how_long_a_full_one_takes()
    {
        var permits = new SendPermits(4);
        for (var answer = 0; answer < 20; answer++)
        {
            permits.Answered(await permits.TakeAsync(default), 0.01, 0, Quick);
        }

        permits.Answered(await permits.TakeAsync(default), 1, 0, TimeSpan.FromSeconds(5));
        permits.Limit.ShouldBe(2, "the first of its size is not slow");
        permits.Answered(await permits.TakeAsync(default), 0.4, 0, TimeSpan.FromMinutes(5));
        permits.Limit.ShouldBe(2, "and a small one is never slow");
    }

    [Fact]
    public async Task An_answer_far_slower_than_usual_halves_the_limit()
    {
        var permits = new SendPermits(4);
        for (var answer = 0; answer < 20; answer++)
        {
            permits.Answered(await permits.TakeAsync(default), 1, 0, Quick);
        }

        permits.Answered(await permits.TakeAsync(default), 1, 0, TimeSpan.FromSeconds(30));
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

    private static async Task<SendPermits> FullAsync(int most)
    {
        var permits = new SendPermits(most);
        for (var answer = 0; answer < 60; answer++)
        {
            permits.Answered(await permits.TakeAsync(default), 1, 0, Quick);
        }

        permits.Limit.ShouldBe(most);
        return permits;
    }
}
