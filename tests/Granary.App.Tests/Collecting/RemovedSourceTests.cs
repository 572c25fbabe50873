using Granary.App.Collecting;
using Granary.Core.Cursors;
using Granary.Core.Model;
using Granary.Testing;

namespace Granary.App.Tests.Collecting;

/// <summary>What becomes of builds that were half read when their source was removed: no receipt would ever tell of their lines.</summary>
public sealed class RemovedSourceTests
{
    [Fact]
    public async Task The_next_collector_deletes_what_an_ended_one_left()
    {
        await using var run = await ScriptedRun.StartAsync();
        await ReadHalfAsync(run, () => Task.CompletedTask);
        run.Held("a.log").ShouldBe(2);
        await run.State.RemoveSourceAsync("scripted", default);

        await run.CollectAsync();

        run.Held("a.log").ShouldBe(0);
        (await OrphansAsync(run)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_running_collector_deletes_them_when_it_sees_the_removal()
    {
        await using var run = await ScriptedRun.StartAsync();

        await ReadHalfAsync(run, async () =>
        {
            await run.State.RemoveSourceAsync("scripted", default);
            await UntilAsync(async () => (await OrphansAsync(run)).Count == 0);
        });

        run.Held("a.log").ShouldBe(0);
    }

    [Fact]
    public async Task Lines_of_an_earlier_reading_stay_with_their_receipt()
    {
        await using var run = await ScriptedRun.StartAsync();
        run.Source.Add("b", "a.log", "one\ntwo\n");
        await run.CollectAsync();
        await run.State.RepairAsync(ScriptedRun.Key, default);
        await ReadHalfAsync(run, () => Task.CompletedTask, lines: 4);
        await run.State.RemoveSourceAsync("scripted", default);

        var (_, receipt) = await run.CollectAsync();

        (receipt.Status, receipt.Generation, receipt.Lines).ShouldBe((ReceiptStatus.Complete, 1, 2));
        run.Held("a.log").ShouldBe(2);
        (await OrphansAsync(run)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_source_that_comes_back_first_has_them_read_to_their_end()
    {
        await using var run = await ScriptedRun.StartAsync();
        await ReadHalfAsync(run, () => Task.CompletedTask);
        await run.State.RemoveSourceAsync("scripted", default);
        await run.State.SaveSourceAsync(ScriptedRun.Definition, default);
        run.Source.UntilOpen = (_, _) => Task.CompletedTask;

        var (done, receipt) = await run.CollectAsync();

        (done, receipt.Lines).ShouldBe((true, 3));
        (run.Held("a.log"), run.Held("b.log")).ShouldBe((2, 1));
    }

    [Fact]
    public async Task One_that_cannot_be_deleted_is_told_once_and_holds_up_no_other()
    {
        await using var run = await ScriptedRun.StartAsync();
        await ReadHalfAsync(run, () => Task.CompletedTask);
        var cursor = await run.State.ReadCursorAsync("scripted", default);
        await run.State.TakeAsync("scripted", cursor.Version, new([ScriptedSource.BuildOf("a")], null), new(DateTimeOffset.UtcNow, default, 1, 1), default);
        await run.State.RemoveSourceAsync("scripted", default);
        run.Index.UntilDeleting = build => build.Id == "a" ? throw new InvalidOperationException("refused for good") : Task.CompletedTask;
        var told = new List<CollectEvent>();

        (await run.New(run.Options.ForOnce(), told.Add).RunAsync(default)).ShouldBeFalse();

        told.ShouldHaveSingleItem().ShouldBeOfType<CollectEvent.OrphansLeft>().Reason.ShouldBe("scripted/a: refused for good");
        run.Held("a.log").ShouldBe(0);
        (await OrphansAsync(run)).ShouldHaveSingleItem().Build.Key.Id.ShouldBe("a");
    }

    [Fact]
    public async Task Other_sources_are_followed_while_lines_are_being_deleted()
    {
        await using var run = await ScriptedRun.StartAsync();
        await ReadHalfAsync(run, () => Task.CompletedTask);
        await run.State.RemoveSourceAsync("scripted", default);
        var (begun, go, seen) = (new TaskCompletionSource(), new TaskCompletionSource(), new TaskCompletionSource());
        run.Index.UntilDeleting = _ =>
        {
            begun.TrySetResult();
            return go.Task;
        };
        using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var collecting = run.New(run.Options, told => (told is CollectEvent.PollFailed { Source.Id: "other" } ? seen : new()).TrySetResult()).RunAsync(stop.Token);
        await begun.Task.WaitAsync(stop.Token);

        // Its pages are of another source: that they are refused shows that it is read.
        await run.State.SaveSourceAsync(ScriptedRun.Definition with { Id = "other", Name = "other" }, default);
        await run.State.SaveSourceAsync(ScriptedRun.Definition, default);
        await seen.Task.WaitAsync(stop.Token);

        (await run.PendingAsync()).ShouldHaveSingleItem().Generation.ShouldBe(1);
        run.Source.UntilOpen = (_, _) => Task.CompletedTask;
        go.SetResult();
        await UntilAsync(async () => await run.State.ReadReceiptAsync(ScriptedRun.Key, default) is not null);
        (run.Held("a.log"), run.Held("b.log")).ShouldBe((2, 1));
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => collecting);
    }

    /// <summary>Collects until the first log of the build is in the index, does something, and ends without the second log.</summary>
    private static async Task ReadHalfAsync(ScriptedRun run, Func<Task> then, int lines = 2)
    {
        run.Source.Add("b", "a.log", string.Concat(Enumerable.Range(1, lines).Select(line => $"line {line}\n")));
        run.Source.Add("b", "b.log", "three\n");
        run.Source.UntilOpen = (path, cancellation) => path == "b.log" ? Task.Delay(Timeout.Infinite, cancellation) : Task.CompletedTask;
        var before = run.Held("a.log");
        using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var collecting = run.New(run.Options).RunAsync(stop.Token);
        await UntilAsync(() => Task.FromResult(run.Held("a.log") == before + lines));
        await then();
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => collecting);
    }

    private static Task<IReadOnlyList<PendingBuild>> OrphansAsync(ScriptedRun run) => run.State.ReadOrphansAsync(new HashSet<string>(), 9, default);

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!await condition())
        {
            await pace.WaitForNextTickAsync(patience.Token);
        }
    }
}
