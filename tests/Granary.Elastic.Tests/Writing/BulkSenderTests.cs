using Granary.Core.Chunks;
using Granary.Elastic.Http;
using Granary.Elastic.Tests.Faults;
using Granary.Elastic.Writing;

namespace Granary.Elastic.Tests.Writing;

/// <summary>What a sender makes of the engine's answers.</summary>
public sealed class BulkSenderTests
{
    [Fact]
    public async Task Documents_pushed_back_in_a_good_answer_lower_the_limit()
    {
        var answers = 0;
        await using var proxy = await StandIn.StartAsync(request => request.IsBulk && answers++ == 0 ? StandIn.Items(request, 429) : null);
        var permits = new SendPermits(4);
        for (var answer = 0; answer < 20; answer++)
        {
            permits.Answered(await permits.TakeAsync(default), 1, 0, TimeSpan.FromMilliseconds(1));
        }

        await SendAsync(proxy, permits, default);

        answers.ShouldBe(2);
        permits.Limit.ShouldBe(2, "cut from 4 to 2, and the small answer that follows adds next to nothing");
    }

    [Fact]
    public async Task A_request_that_is_cancelled_says_nothing_of_the_engine()
    {
        using var stop = new CancellationTokenSource();
        await using var proxy = await StandIn.StartAsync(_ => null);
        var never = new TaskCompletionSource();
        proxy.Plan.StandIn = request =>
        {
            stop.Cancel();
            never.Task.Wait(TimeSpan.FromSeconds(30));
            return null;
        };
        var permits = new SendPermits(2);

        await Should.ThrowAsync<OperationCanceledException>(() => SendAsync(proxy, permits, stop.Token));

        permits.Limit.ShouldBe(2);
        never.SetResult();
        var taken = Task.WhenAll(permits.TakeAsync(default), permits.TakeAsync(default));
        taken.IsCompletedSuccessfully.ShouldBeTrue("the permit was given back");
    }

    [Fact]
    public async Task To_wait_for_a_permit_is_not_to_try_in_vain()
    {
        var clock = new AheadClock();
        var answers = 0;
        await using var proxy = await StandIn.StartAsync(request => request.IsBulk && answers++ == 0 ? StandIn.Items(request, 429) : null);
        using var client = StandIn.Client(proxy, null, clock);
        var permits = new SendPermits(1);
        await permits.TakeAsync(default);
        var sending = Sender(client, permits).SendAsync(await BatchAsync("one\ntwo\n"), default);
        clock.Advance(TimeSpan.FromHours(1));

        permits.Unused();
        await sending;

        answers.ShouldBe(2);
    }

    [Fact]
    public async Task A_batch_is_not_given_up_while_others_are_taken()
    {
        var clock = new AheadClock();
        BulkSender sender = null!;
        var refusals = 0;
        var others = new Queue<BulkBatch>();
        for (var other = 0; other < 4; other++)
        {
            others.Enqueue(await BatchAsync("other\n"));
        }

        var sending = Task.CompletedTask;
        await using var proxy = await StandIn.StartAsync(request =>
        {
            if (!request.Text.Contains("unlucky", StringComparison.Ordinal) || refusals == 4)
            {
                return null;
            }

            refusals++;
            sending.Wait(TimeSpan.FromSeconds(30)).ShouldBeTrue();
            clock.Advance(TimeSpan.FromSeconds(90));
            sending = sender.SendAsync(others.Dequeue(), default);
            return StandIn.Items(request, 429);
        });
        using var client = StandIn.Client(proxy, null, clock);
        sender = Sender(client, new SendPermits(2));

        await sender.SendAsync(await BatchAsync("unlucky\n"), default);
        await sending;

        refusals.ShouldBe(4);
    }

    private static async Task SendAsync(FaultProxy proxy, SendPermits permits, CancellationToken cancellation)
    {
        using var client = StandIn.Client(proxy);
        await Sender(client, permits).SendAsync(await BatchAsync("one\ntwo\n"), cancellation);
    }

    private static BulkSender Sender(ElasticClient client, SendPermits permits) =>
        new(client, permits, new DeadLetters(client, new IndexNames("t"), new OwnIndices(client)));

    private static async Task<BulkBatch> BatchAsync(string text)
    {
        var names = new IndexNames("t");
        var batch = new BulkBatch(names.Lines(TestLogs.Day));
        await foreach (var chunk in TestLogs.Chunks(TestLogs.Log(TestLogs.Build("permits")), text))
        {
            new BulkEncoder(names).Write(chunk, 0, batch, new ChunkProgress(chunk, chunk.Count, _ => { }), long.MaxValue);
        }

        return batch;
    }

    /// <summary>The system's clock, which can be put forward; its timers run as usual.</summary>
    private sealed class AheadClock : TimeProvider
    {
        private long ahead;

        public override long GetTimestamp() => base.GetTimestamp() + Interlocked.Read(ref ahead);

        internal void Advance(TimeSpan span) => Interlocked.Add(ref ahead, (long)(span.TotalSeconds * TimestampFrequency));
    }
}
