using Granary.App.Collecting;
using Granary.Core.Chunks;
using Granary.Core.Masking;
using Granary.Core.Model;
using Granary.Core.Ports;
using Granary.Core.Streams;
using Granary.Testing;

namespace Granary.App.Tests.Collecting;

/// <summary>A build that cannot be read, and of which nothing was held before.</summary>
public sealed class GiveUpTests : IAsyncLifetime
{
    private ScriptedRun run = null!;

    public async ValueTask InitializeAsync()
    {
        run = await ScriptedRun.StartAsync();
        run.Source.Add("b", "a.log", string.Concat(Enumerable.Range(0, 40_000).Select(number => $"line {number} of a long log\n")));
    }

    public ValueTask DisposeAsync() => run.DisposeAsync();

    [Fact]
    public async Task A_failed_build_holds_no_line_though_chunks_were_on_their_way_when_its_last_reading_broke()
    {
        run.Source.BeforeRead = (_, at) =>
        {
            if (at > 800_000)
            {
                throw new CiException("the transfer broke");
            }
        };
        await run.State.TakeAsync("scripted", 0, new([ScriptedSource.BuildOf("b")], null), new(DateTimeOffset.UtcNow, TimeSpan.FromDays(1), 1, 1), default);
        var channel = new LateChannel(run.Index);
        var attempt = new BuildAttempt(
            run.State, run.Index, channel, run.Options with { MaxAttempts = 1 }, IngestMeters.Unwatched(TimeProvider.System),
            TimeProvider.System, new(1), _ => { });

        var attempting = attempt.RunAsync((await run.PendingAsync()).Single(), run.Source, new Masker(), _ => Task.FromResult<IDisposable>(new MemoryStream()), default);
        await Task.WhenAny(attempting, channel.Hurried);
        await channel.DeliverAsync();

        (await attempting).ShouldNotBeNull().Status.ShouldBe(ReceiptStatus.Failed);
        channel.Delivered.ShouldBeGreaterThan(0);
        run.Held("a.log").ShouldBe(0);
    }

    [Fact]
    public async Task A_listing_that_a_rule_refuses_fails_at_once_and_is_read_when_asked_for_again()
    {
        var lists = 0;
        run.Source.BeforeList = _ =>
        {
            lists++;
            throw new CiException("logs.example is on a host that the source does not allow (--allow-host logs.example)") { Refused = true };
        };

        var (done, receipt) = await run.CollectAsync();

        (done, receipt.Status, lists).ShouldBe((false, ReceiptStatus.Failed, 1));
        receipt.Reasons.ShouldHaveSingleItem().ShouldContain("--allow-host");
        run.Source.BeforeList = _ => { };
        await run.State.RepairAsync(ScriptedRun.Key, default);
        (done, receipt) = await run.CollectAsync();
        (done, receipt.Status, receipt.Lines).ShouldBe((true, ReceiptStatus.Complete, 40_000));
    }

    [Fact]
    public async Task Logs_that_are_gone_before_they_were_ever_read_make_a_complete_build_without_lines()
    {
        run.Source.BeforeList = _ => throw new CiException("404 Not Found") { Gone = true };

        var (done, receipt) = await run.CollectAsync();

        (done, receipt.Status, receipt.Lines).ShouldBe((true, ReceiptStatus.Complete, 0));
        receipt.Reasons.ShouldBe(["404 Not Found"]);
    }

    /// <summary>Keeps every chunk until it is told to deliver, and delivers what comes later at once.</summary>
    private sealed class LateChannel(MemoryIndex index) : IChunkChannel
    {
        private readonly List<(Chunk Chunk, TaskCompletionSource<ChunkOutcome> Outcome)> kept = [];
        private readonly TaskCompletionSource hurried = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Hurried => hurried.Task;

        public int Delivered { get; private set; }

        public ValueTask<Task<ChunkOutcome>> PublishAsync(Chunk chunk, CancellationToken cancellation)
        {
            var outcome = new TaskCompletionSource<ChunkOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
            kept.Add((chunk, outcome));
            return new(outcome.Task);
        }

        public void Hurry() => hurried.TrySetResult();

        public async Task DeliverAsync()
        {
            foreach (var (chunk, outcome) in kept)
            {
                await foreach (var done in index.WriteAsync(One(chunk), default))
                {
                    outcome.SetResult(done);
                    Delivered++;
                }
            }
        }

        private static async IAsyncEnumerable<Chunk> One(Chunk chunk)
        {
            await Task.CompletedTask;
            yield return chunk;
        }
    }
}
