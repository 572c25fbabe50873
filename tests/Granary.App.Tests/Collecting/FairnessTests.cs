using Granary.App.Collecting;
using Granary.Testing;

namespace Granary.App.Tests.Collecting;

/// <summary>What one source or one backfill does not get done, no other waits for.</summary>
public class FairnessTests
{
    [Fact]
    public async Task A_source_whose_builds_hang_holds_up_no_other()
    {
        await using var bench = await CollectorBench.CreateAsync("hang", "good");
        var hanging = 0;
        var full = new TaskCompletionSource();
        var hang = new FakeSource
        {
            Pages = _ => [FakeSource.Page("hang", Enumerable.Range(0, 2000).Select(i => "b" + i))],
            Listing = (_, cancellation) =>
            {
                if (Interlocked.Increment(ref hanging) == bench.Options.ReadPermits)
                {
                    full.SetResult();
                }

                return Task.Delay(Timeout.Infinite, cancellation);
            },
        };
        var good = new FakeSource { Pages = _ => full.Task.IsCompleted ? [FakeSource.Page("good", "1", "2", "3", "4", "5")] : [] };

        bench.Serve(bench.State, id => id == "hang" ? hang : good);

        for (var build = 1; build <= 5; build++)
        {
            await bench.SeeAsync(e => e is CollectEvent.BuildDone done && done.Receipt.Build.Key == new Core.Model.BuildKey("good", $"{build}"));
        }
    }
}
