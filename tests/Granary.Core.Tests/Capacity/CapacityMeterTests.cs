using Granary.Core.Capacity;
using Granary.Testing;

namespace Granary.Core.Tests.Capacity;

public class CapacityMeterTests
{
    private readonly ManualTime time = new();

    [Fact]
    public void A_stage_that_works_half_the_time_is_half_busy_and_half_starved()
    {
        var meter = new CapacityMeter(time);
        var stage = meter.AddStage("read", permits: 1);
        using (stage.Busy())
        {
            time.Advance(TimeSpan.FromSeconds(1));
        }

        time.Advance(TimeSpan.FromSeconds(1));

        var report = meter.Sample().Stages.Single();
        report.Busy.ShouldBe(0.5, 0.001);
        report.Starved.ShouldBe(0.5, 0.001);
        report.Blocked.ShouldBe(0);
    }

    [Fact]
    public void Shares_are_of_all_permits()
    {
        var meter = new CapacityMeter(time);
        var stage = meter.AddStage("read", permits: 4);
        using (stage.Busy())
        using (stage.Blocked())
        using (stage.Blocked())
        {
            time.Advance(TimeSpan.FromSeconds(1));
            var report = meter.Sample().Stages.Single();
            report.Busy.ShouldBe(0.25, 0.001);
            report.Blocked.ShouldBe(0.5, 0.001);
        }
    }

    [Fact]
    public void Work_under_way_counts_before_it_ends()
    {
        var meter = new CapacityMeter(time);
        var stage = meter.AddStage("index", permits: 1);
        using var busy = stage.Busy();
        time.Advance(TimeSpan.FromSeconds(5));

        meter.Sample().Stages.Single().Busy.ShouldBe(1, 0.001);
    }

    [Fact]
    public void The_busiest_stage_is_the_bottleneck_and_what_it_has_left_is_the_capacity()
    {
        var meter = new CapacityMeter(time);
        var (fetch, index) = (meter.AddStage("fetch", 1), meter.AddStage("index", 1));
        using (index.Busy())
        {
            time.Advance(TimeSpan.FromSeconds(2));
            using (fetch.Busy())
            {
                time.Advance(TimeSpan.FromSeconds(1));
            }
        }

        time.Advance(TimeSpan.FromSeconds(1));

        var report = meter.Sample();
        report.Bottleneck.ShouldBe("index");
        report.Available.ShouldBe(0.25, 0.001);
    }

    [Fact]
    public void Without_work_there_is_no_bottleneck()
    {
        var meter = new CapacityMeter(time);
        meter.AddStage("fetch", 1);
        time.Advance(TimeSpan.FromSeconds(1));

        meter.Sample().Bottleneck.ShouldBeNull();
        meter.Latest.Available.ShouldBe(1);
    }

    [Fact]
    public void A_change_shows_by_two_thirds_after_the_time_constant()
    {
        var meter = new CapacityMeter(time);
        var stage = meter.AddStage("fetch", 1);
        time.Advance(TimeSpan.FromSeconds(1));
        meter.Sample();
        using var busy = stage.Busy();
        for (var second = 0; second < 30; second++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            meter.Sample();
        }

        meter.Latest.Stages.Single().Busy.ShouldBe(1 - Math.Exp(-1), 0.001);
    }

    [Fact]
    public void Throughput_is_items_and_bytes_a_second()
    {
        var meter = new CapacityMeter(time);
        var stage = meter.AddStage("normalise", 2);
        stage.Passed(100, 5000);
        time.Advance(TimeSpan.FromSeconds(2));

        var report = meter.Sample().Stages.Single();
        report.ItemsPerSecond.ShouldBe(50, 0.001);
        report.BytesPerSecond.ShouldBe(2500, 0.001);
    }
}
