using Granary.App.Collecting;
using Granary.Core.Model;

namespace Granary.App.Tests.Collecting;

/// <summary>A source that is stopped in the midst of a build, and collected again by the same collector.</summary>
public sealed class PauseTests
{
    [Fact]
    public async Task A_build_that_was_half_read_when_its_source_was_paused_leaves_no_line_of_that_reading()
    {
        await using var run = await ScriptedRun.StartAsync();
        run.Source.Add("b", "a.log", "one\ntwo\n");
        run.Source.Add("b", "z.log", "three\n");
        var stored = Awaited();
        run.Index.BeforeStoring = _ => stored.TrySetResult();
        var stopped = Awaited();
        run.Source.UntilOpen = async (file, cancellation) =>
        {
            if (file == "z.log")
            {
                await Task.Delay(Timeout.Infinite, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                stopped.TrySetResult();
                cancellation.ThrowIfCancellationRequested();
            }
        };
        var done = new TaskCompletionSource<Receipt>(TaskCreationOptions.RunContinuationsAsynchronously);
        var collector = run.New(run.Options, happened =>
        {
            if (happened is CollectEvent.BuildDone { Receipt: var receipt })
            {
                done.TrySetResult(receipt);
            }
        });
        using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var running = collector.RunAsync(stop.Token);
        await stored.Task.WaitAsync(stop.Token);
        await run.State.SaveSourceAsync(ScriptedRun.Definition with { Paused = true }, default);
        await stopped.Task.WaitAsync(stop.Token);

        run.Source.Logs["b"].Remove("a.log");
        run.Source.UntilOpen = (_, _) => Task.CompletedTask;
        await run.State.SaveSourceAsync(ScriptedRun.Definition, default);

        (await done.Task.WaitAsync(stop.Token)).Entries.ShouldBe(1);
        (run.Held("a.log"), run.Held("z.log")).ShouldBe((0, 1));
        await stop.CancelAsync();
        await running.ContinueWith(_ => { }, TaskScheduler.Default);
    }

    private static TaskCompletionSource Awaited() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
