using System.Text.Json;
using Granary.Simulator.Expected;
using Granary.Simulator.Faults;

namespace Granary.Simulator.Tests;

public class TimelineTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public async Task The_backlog_is_finished_at_the_start()
    {
        await using var running = await RunningCi.StartAsync(new SimulatorOptions { Builds = 200, TimeProvider = _clock });
        running.Ci.ExpectedBuilds().ShouldAllBe(build => build.Build.Finished);
        running.Ci.BuildCount.ShouldBe(200);
    }

    [Fact]
    public async Task New_builds_start_and_finish_as_time_goes_on()
    {
        await using var running = await RunningCi.StartAsync(
            new SimulatorOptions { Builds = 200, BacklogBuilds = 100, BuildsPerSecond = 2, TimeProvider = _clock });
        _clock.Advance(TimeSpan.FromSeconds(20));
        running.Ci.BuildCount.ShouldBe(140);
        var rows = await running.RowsAsync("limit=40");
        rows.ShouldContain(row => row.GetProperty("result").ValueKind == JsonValueKind.Null && row.GetProperty("artifacts").GetArrayLength() == 0);
        rows.ShouldContain(row => row.GetProperty("result").ValueKind == JsonValueKind.String);
        _clock.Advance(TimeSpan.FromHours(1));
        running.Ci.BuildCount.ShouldBe(200);
        (await running.RowsAsync("limit=200&complete=true")).Length.ShouldBe(200);
    }

    [Fact]
    public async Task A_faster_clock_brings_more_builds()
    {
        await using var running = await RunningCi.StartAsync(
            new SimulatorOptions { Builds = 1000, BacklogBuilds = 0, BuildsPerSecond = 1, ClockSpeed = 10, TimeProvider = _clock });
        _clock.Advance(TimeSpan.FromSeconds(5));
        running.Ci.BuildCount.ShouldBe(50);
    }

    [Fact]
    public async Task Builds_inserted_before_a_page_shift_it()
    {
        await using var running = await RunningCi.StartAsync(new SimulatorOptions { Builds = 100, TimeProvider = _clock });
        var first = await running.IdsAsync("limit=10");
        running.Ci.InsertBuildsBeforeNextPage(3);
        var second = await running.IdsAsync("limit=10&skip=10");
        second[..3].ShouldBe(first[^3..]);
        running.Ci.BuildCount.ShouldBe(103);
    }

    [Fact]
    public async Task Pages_shift_by_fault_up_to_the_limit()
    {
        await using var running = await RunningCi.StartAsync(new SimulatorOptions
        {
            Builds = 100,
            TimeProvider = _clock,
            Faults = new SimulatorFaults { ShiftedPages = 1, ShiftedBuildsLimit = 20 },
        });
        for (var i = 0; i < 30; i++)
        {
            await running.IdsAsync("limit=1");
        }

        running.Ci.BuildCount.ShouldBeInRange(116, 120);
    }

    [Fact]
    public async Task A_running_build_ends_when_told_and_keeps_its_low_id()
    {
        await using var running = await RunningCi.StartAsync(new SimulatorOptions { Builds = 10, TimeProvider = _clock });
        var late = running.Ci.AddBuild(new BuildSpec { Running = true });
        var newer = running.Ci.AddBuild();
        (await running.IdsAsync("limit=2&complete=true")).ShouldNotContain(late.Id);
        running.Ci.FinishBuild(late.Uuid, "FAILURE").Result.ShouldBe("FAILURE");
        (await running.IdsAsync("limit=2&complete=true")).ShouldBe([newer.Id, late.Id]);
    }

    [Fact]
    public async Task Builds_added_by_hand_do_not_move_those_of_the_timeline()
    {
        var options = new SimulatorOptions { Builds = 50, BacklogBuilds = 10, BuildsPerSecond = 1, TimeProvider = _clock, Epoch = _clock.GetUtcNow() };
        await using var running = await RunningCi.StartAsync(options);
        _clock.Advance(TimeSpan.FromSeconds(5.5));
        var before = Enumerable.Range(0, 15).Select(i => running.Ci.BuildAt(i).Id).ToList();
        running.Ci.AddBuild();
        running.Ci.AddBuild();
        _clock.Advance(TimeSpan.FromSeconds(2));
        running.Ci.BuildCount.ShouldBe(19);
        Enumerable.Range(0, 15).Select(i => running.Ci.BuildAt(i).Id).ShouldBe(before);
        running.Ci.BuildAt(17).EventTime.ShouldBe(options.Epoch!.Value.UtcDateTime.AddSeconds(6));
    }

    [Fact]
    public async Task Late_finishers_of_the_backlog_run_at_the_start_and_end_later()
    {
        await using var running = await RunningCi.StartAsync(
            new SimulatorOptions { Builds = 200, TimeProvider = _clock, Faults = new SimulatorFaults { LateFinishers = 0.2 } });
        running.Ci.ExpectedBuilds().Count(build => build.Outcome == ExpectedBuildOutcome.Running).ShouldBeInRange(20, 60);
        _clock.Advance(TimeSpan.FromMinutes(10));
        running.Ci.ExpectedBuilds().ShouldAllBe(build => build.Outcome != ExpectedBuildOutcome.Running);
    }

    [Fact]
    public async Task A_build_that_never_finishes_runs_for_ever()
    {
        await using var running = await RunningCi.StartAsync(
            new SimulatorOptions { Builds = 10, TimeProvider = _clock, Faults = new SimulatorFaults { NeverFinishing = 1 } });
        _clock.Advance(TimeSpan.FromDays(1000));
        running.Ci.ExpectedBuilds().ShouldAllBe(build => build.Outcome == ExpectedBuildOutcome.Running);
    }

    [Fact]
    public async Task A_million_builds_answer_a_page_from_the_far_end()
    {
        await using var running = await RunningCi.StartAsync(new SimulatorOptions { Builds = 1_000_000, TimeProvider = _clock });
        (await running.IdsAsync("skip=999990")).Length.ShouldBe(10);
        var oldest = running.Ci.BuildAt(0).Id;
        (await running.IdsAsync($"idx_max={oldest}")).ShouldBe([oldest]);
    }
}
