using Granary.Core.Ports;
using Granary.Testing;

namespace Granary.App.Tests.Collecting;

/// <summary>Collecting once ends when nothing is left to do, and not before.</summary>
public class OnceTests
{
    [Fact]
    public async Task A_build_that_becomes_pending_after_the_last_look_at_the_rows_is_read_as_well()
    {
        await using var bench = await CollectorBench.CreateAsync("a");
        var asked = false;
        var state = WatchedState.Over(bench.State, after: call =>
        {
            if (call == nameof(IStateStore.CompleteAsync) && !asked)
            {
                asked = bench.State.RepairAsync(new("a", "b"), CancellationToken.None).GetAwaiter().GetResult();
            }
        });

        (await bench.CollectOnceAsync(state, _ => new FakeSource { Pages = _ => [FakeSource.Page("a", "b")] })).ShouldBeTrue();

        asked.ShouldBeTrue();
        (await bench.State.ReadCursorAsync("a", CancellationToken.None)).Pending.ShouldBe(0);
        (await bench.State.ReadReceiptAsync(new("a", "b"), CancellationToken.None))!.Generation.ShouldBe(2);
    }
}
