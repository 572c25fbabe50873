using Granary.Composition;
using Granary.Core.Ports;

namespace Granary.Tests.Composition;

/// <summary>A collector that starts before its engine.</summary>
public sealed class EngineWaitTests
{
    private readonly SkippingClock time = new();
    private readonly List<string> told = [];
    private int asked;

    [Fact]
    public async Task It_is_asked_again_until_it_answers_and_why_is_told_at_growing_intervals()
    {
        (await Wait(() => time.Waited < TimeSpan.FromMinutes(10) ? new IndexUnavailableException("away") : null)).ShouldBe("open");

        told.ShouldBe([.. Enumerable.Repeat("the index takes nothing: away; trying again", 4), "the index answers; going on"]);
        asked.ShouldBeInRange(20, 30);
    }

    [Fact]
    public async Task What_other_settings_must_mend_ends_it_at_once()
    {
        var thrown = await Should.ThrowAsync<IndexUnavailableException>(Wait(() => new IndexUnavailableException("refused") { IsOfSettings = true }));

        (thrown.Message, asked).ShouldBe(("refused", 1));
        told.ShouldBeEmpty();
    }

    [Fact]
    public async Task It_ends_when_it_is_cancelled()
    {
        using var stop = new CancellationTokenSource();
        await Should.ThrowAsync<OperationCanceledException>(Wait(
            () =>
            {
                stop.Cancel();
                return new IndexUnavailableException("away");
            },
            stop.Token));
    }

    private Task<string> Wait(Func<Exception?> outage, CancellationToken cancellation = default) => new EngineWait(time, Tell).ForAsync(
        _ =>
        {
            asked++;
            return outage() is { } wrong ? Task.FromException<string>(wrong) : Task.FromResult("open");
        },
        cancellation);

    private Task Tell(string line)
    {
        told.Add(line);
        return Task.CompletedTask;
    }

    /// <summary>Nobody waits: time passes when somebody would.</summary>
    private sealed class SkippingClock : TimeProvider
    {
        public TimeSpan Waited { get; private set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Waited.Ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Waited += dueTime;
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
