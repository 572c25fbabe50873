using System.Threading.Channels;
using Granary.Core.Chunks;
using Granary.Core.Ports;
using Granary.Elastic.Tests.Faults;

namespace Granary.Elastic.Tests.Writing;

/// <summary>Writing to the real engine while things go wrong on the way.</summary>
public sealed class FaultTests(Engine engine)
{
    private const int Lines = 6000;

    [Fact]
    public async Task Every_line_arrives_once_through_pushed_back_items() =>
        await EveryLineArrivesAsync(new FaultPlan(1) { ItemsPushedBack = 0.2 });

    [Fact]
    public async Task Every_line_arrives_once_though_connections_are_cut() =>
        await EveryLineArrivesAsync(new FaultPlan(2) { CutBefore = 0.2, CutAfter = 0.2 });

    [Fact]
    public async Task Every_line_arrives_once_though_answers_are_half_written() =>
        await EveryLineArrivesAsync(new FaultPlan(3) { HalfAnswers = 0.4 });

    [Fact]
    public async Task Every_line_arrives_once_though_the_engine_is_at_times_unavailable() =>
        await EveryLineArrivesAsync(new FaultPlan(4) { Unavailable = 0.4 });

    [Fact]
    public async Task Every_line_arrives_once_through_all_faults_together() => await EveryLineArrivesAsync(new FaultPlan(5)
    {
        ItemsPushedBack = 0.05,
        CutBefore = 0.05,
        CutAfter = 0.05,
        HalfAnswers = 0.05,
        Unavailable = 0.05,
        Latency = TimeSpan.FromMilliseconds(10),
    });

    [Fact]
    public async Task Every_line_arrives_in_compressed_bodies() =>
        await EveryLineArrivesAsync(new FaultPlan(6) { ItemsPushedBack = 0.05 }, compress: true);

    [Fact]
    public async Task Bodies_that_are_too_large_for_the_engine_are_halved()
    {
        var plan = new FaultPlan(7) { LargestBody = 40_000 };
        await EveryLineArrivesAsync(plan, mustHappen: false);
    }

    [Fact]
    public async Task A_document_that_is_too_large_for_the_engine_becomes_a_dead_letter()
    {
        await using var proxy = await FaultProxy.StartAsync(await engine.AddressAsync(), new FaultPlan(8) { LargestBody = 8_000 });
        await using var writer = await OpenAsync(proxy);
        var log = TestLogs.Log(TestLogs.Build("large"));
        var outcomes = await writer.WriteAsync(TestLogs.Chunks(log, $"short\n{new string('x', 20_000)}\nlast\n"), default).ToListAsync();
        outcomes.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            outcome => outcome.Result.ShouldBe(ChunkResult.Refused),
            outcome => outcome.Refused.ShouldBe(1),
            outcome => outcome.Reason!.ShouldContain("more than the engine takes"));
        (await writer.CountAsync(log.Build.Key, 1, log.IndexDay, default)).ShouldBe(2);
        var dead = (await writer.DeadLettersAsync(10, default)).ShouldHaveSingleItem();
        dead.Document.ShouldContain("xxx");
        dead.Document.Length.ShouldBeLessThan(8_000);
    }

    [Fact]
    public async Task Nothing_is_asked_for_while_the_engine_takes_nothing()
    {
        var opening = new TaskCompletionSource();
        await using var proxy = await FaultProxy.StartAsync(await engine.AddressAsync(), new FaultPlan(9));
        await using var writer = await OpenAsync(proxy, options => options with { BatchBytes = 64 * 1024, MaxInFlight = 2 });
        proxy.Plan.Gate = opening.Task;
        var asked = 0;
        var log = TestLogs.Log(TestLogs.Build("window"));
        var source = TestLogs.Chunks(log, TestLogs.Text(9, 60_000)).Select(chunk =>
        {
            asked++;
            return chunk;
        });
        var all = await TestLogs.Chunks(log, TestLogs.Text(9, 60_000)).CountAsync();
        all.ShouldBeGreaterThan(5);
        var writing = writer.WriteAsync(source, default).ToListAsync();
        await Until(() => proxy.Bulks == 2);
        asked.ShouldBeLessThan(4);
        opening.SetResult();
        (await writing).Count.ShouldBe(all);
    }

    [Fact]
    public async Task Hurry_sends_what_waits_for_more()
    {
        await using var proxy = await FaultProxy.StartAsync(await engine.AddressAsync(), new FaultPlan(10));
        await using var writer = await OpenAsync(proxy, options => options with { Linger = TimeSpan.FromHours(1) });
        var input = Channel.CreateUnbounded<Chunk>();
        await foreach (var chunk in TestLogs.Chunks(TestLogs.Log(TestLogs.Build("hurry")), "one\ntwo\n"))
        {
            input.Writer.TryWrite(chunk);
        }

        await using var outcomes = writer.WriteAsync(input.Reader.ReadAllAsync(), default).GetAsyncEnumerator();
        var first = outcomes.MoveNextAsync().AsTask();
        await Until(() =>
        {
            writer.Hurry();
            return first.IsCompleted;
        });
        (await first).ShouldBeTrue();
        input.Writer.Complete();
        (await outcomes.MoveNextAsync()).ShouldBeFalse();
    }

    [Fact]
    public async Task Writing_is_given_up_when_the_engine_stays_away()
    {
        await using var proxy = await FaultProxy.StartAsync(await engine.AddressAsync(), new FaultPlan(11));
        await using var writer = await OpenAsync(proxy, options => options with { GiveUpAfter = TimeSpan.FromMilliseconds(200) });
        proxy.Plan.CutBefore = 1;
        var chunks = TestLogs.Chunks(TestLogs.Log(TestLogs.Build("away")), "line\n");
        var thrown = await Should.ThrowAsync<IndexUnavailableException>(async () => await writer.WriteAsync(chunks, default).ToListAsync());
        thrown.Message.ShouldContain("does not answer");
    }

    [Fact]
    public async Task A_body_has_its_length_in_the_request()
    {
        await using var proxy = await FaultProxy.StartAsync(await engine.AddressAsync(), new FaultPlan(12));
        await using var writer = await OpenAsync(proxy, options => options with { Auth = ElasticAuth.Basic("collector", "secret-word") });
        await writer.WriteAsync(TestLogs.Chunks(TestLogs.Log(TestLogs.Build("length")), "line\n"), default).ToListAsync();
        proxy.BulkLength.ShouldNotBeNull();
        proxy.Authorization.ShouldBe("Basic Y29sbGVjdG9yOnNlY3JldC13b3Jk");
    }

    private static async Task Until(Func<bool> condition)
    {
        for (var attempt = 0; attempt < 2000; attempt++)
        {
            if (condition())
            {
                return;
            }

            await Task.Delay(10);
        }

        condition().ShouldBeTrue();
    }

    private async Task<ElasticIndexWriter> OpenAsync(FaultProxy proxy, Func<ElasticOptions, ElasticOptions>? change = null)
    {
        var options = await engine.OptionsAsync() with { Urls = [proxy.Address], WaitSearchable = false };
        return await ElasticIndex.OpenWriterAsync(change?.Invoke(options) ?? options, TimeProvider.System, default);
    }

    private async Task EveryLineArrivesAsync(FaultPlan plan, bool compress = false, bool mustHappen = true)
    {
        await using var proxy = await FaultProxy.StartAsync(await engine.AddressAsync(), plan);
        var options = await engine.OptionsAsync() with
        {
            Urls = [proxy.Address],
            BatchBytes = 128 * 1024,
            Compress = compress,
            WaitSearchable = false,
        };
        await using var writer = await ElasticIndex.OpenWriterAsync(options, TimeProvider.System, default);
        var text = TestLogs.Text(17, Lines);
        var log = TestLogs.Log(TestLogs.Build($"faults-{options.Prefix}"));
        var expected = await TestLogs.Chunks(log, text).Select(chunk => chunk.Id).ToListAsync();

        var outcomes = await writer.WriteAsync(TestLogs.Chunks(log, text), default).ToListAsync();

        outcomes.ShouldAllBe(outcome => outcome.Result == ChunkResult.Stored);
        outcomes.Select(outcome => outcome.Id).ShouldBe(expected, ignoreOrder: true);
        (await writer.CountAsync(log.Build.Key, 1, log.IndexDay, default)).ShouldBe(Lines);
        await using var search = await ElasticIndex.OpenSearchAsync(options with { Urls = [await engine.AddressAsync()] }, TimeProvider.System, default);
        (await TestLogs.ReadAllAsync(search, log)).ShouldBe(TestLogs.Lines(text));
        (plan.Happened > 0).ShouldBe(mustHappen);
    }
}
