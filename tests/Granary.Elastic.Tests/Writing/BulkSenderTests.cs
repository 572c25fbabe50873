using Granary.Core.Chunks;
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
            await permits.TakeAsync(default);
            permits.Answered(TimeSpan.FromMilliseconds(1));
        }

        await SendAsync(proxy, permits, default);

        answers.ShouldBe(2);
        permits.Limit.ShouldBe(2, "cut from 4 to 2, and the answer that follows adds half a permit");
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

    private static async Task SendAsync(FaultProxy proxy, SendPermits permits, CancellationToken cancellation)
    {
        using var client = StandIn.Client(proxy);
        var names = new IndexNames("t");
        var sender = new BulkSender(client, permits, new DeadLetters(client, names, new OwnIndices(client)));
        var log = TestLogs.Log(TestLogs.Build("permits"));
        var batch = new BulkBatch(names.Lines(TestLogs.Day));
        await foreach (var chunk in TestLogs.Chunks(log, "one\ntwo\n"))
        {
            new BulkEncoder(names).Write(chunk, 0, batch, new ChunkProgress(chunk, chunk.Count, _ => { }), long.MaxValue);
        }

        await sender.SendAsync(batch, cancellation);
    }
}
