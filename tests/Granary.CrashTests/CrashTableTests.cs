using Granary.CrashTests.Child;
using Granary.Simulator;

namespace Granary.CrashTests;

/// <summary>The rows of the design's crash table, one by one.</summary>
public sealed class CrashTableTests
{
    [Fact]
    public async Task A_page_that_was_read_and_not_taken_is_read_again()
    {
        await using var ci = await SimulatedCi.StartAsync(Given.Ci(builds: 30));
        using var folder = new CrashFolder(ci);

        await folder.CrashAsync("source.page.after");

        (await folder.CursorAsync()).Pending.ShouldBe(0);
        await folder.CompleteAsync();
        await folder.ShouldBeExactAsync(ci);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(600)]
    public async Task The_gap_that_a_crash_left_between_two_pages_is_filled_though_new_builds_arrived(int overlapSeconds)
    {
        await using var ci = await SimulatedCi.StartAsync(Given.Ci(builds: 40));
        using var folder = new CrashFolder(ci);
        var plan = folder.Plan with { OverlapSeconds = overlapSeconds, KillPoint = "state.take.after" };
        ci.InsertBuildsBeforeNextPage(3);
        await folder.CrashAsync(plan with { KillHit = 2 });
        var oldest = (await folder.CursorAsync()).Taken;

        ci.InsertBuildsBeforeNextPage(12);
        await folder.CrashAsync(plan);

        var taken = (await folder.CursorAsync()).Taken;
        oldest.Intervals.Count.ShouldBe(1);
        taken.Intervals.Count.ShouldBe(overlapSeconds == 0 ? 2 : 1);
        ci.InsertBuildsBeforeNextPage(7);
        await folder.CompleteAsync(folder.Plan with { OverlapSeconds = overlapSeconds });
        await folder.CompleteAsync(folder.Plan with { OverlapSeconds = overlapSeconds });
        await folder.ShouldBeExactAsync(ci);
    }

    [Fact]
    public async Task A_build_that_was_taken_and_not_started_is_started_again()
    {
        await using var ci = await SimulatedCi.StartAsync(Given.Ci(builds: 5));
        using var folder = new CrashFolder(ci);

        await folder.CrashAsync("source.list.before");

        (await folder.CursorAsync()).Pending.ShouldBe(5);
        await folder.CompleteAsync();
        await folder.ShouldBeExactAsync(ci);
    }

    [Fact]
    public async Task A_write_that_was_applied_without_an_answer_changes_nothing_the_second_time()
    {
        await using var ci = await SimulatedCi.StartAsync(Given.Ci(builds: 1));
        using var folder = new CrashFolder(ci);
        await folder.CrashAsync("index.outcome.before");
        var segments = folder.Segments();
        segments.ShouldNotBeEmpty();

        await folder.CompleteAsync();

        folder.Segments().ShouldBe(segments);
        await folder.ShouldBeExactAsync(ci);
    }

    [Theory]
    [InlineData("index.receipt.before")]
    [InlineData("state.complete.before")]
    [InlineData("state.complete.after")]
    public async Task A_build_whose_chunks_are_all_acknowledged_gets_its_one_receipt(string point)
    {
        await using var ci = await SimulatedCi.StartAsync(Given.Ci(builds: 1));
        using var folder = new CrashFolder(ci);
        await folder.CrashAsync(point);
        var segments = folder.Segments();

        await folder.CompleteAsync();

        folder.Segments().ShouldBe(segments);
        await folder.ShouldBeExactAsync(ci);
    }

    [Theory]
    [InlineData(KillPoints.LogByte, 2_500_000)]
    [InlineData("index.outcome.after", 1)]
    [InlineData("state.complete.before", 1)]
    public async Task A_log_that_changed_between_two_readings_is_read_as_the_next_generation(string point, long hit)
    {
        await using var ci = await SimulatedCi.StartAsync(Given.Ci(builds: 0));
        using var folder = new CrashFolder(ci);
        var build = ci.AddBuild(new() { LogBytes = 3_000_000, Tree = false, Encoding = LogEncoding.Plain });
        await folder.CrashAsync(point, hit);

        ci.ChangeLog(build.Uuid, "job-output.txt");
        await folder.CompleteAsync();

        await folder.ShouldBeExactAsync(ci);
        (await folder.ReceiptsAsync()).Single().Generation.ShouldBe(2);
        await ShouldHoldOneGenerationAsync(folder);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Lines_of_another_normaliser_or_masking_are_removed_before_the_receipt(bool normaliser)
    {
        await using var ci = await SimulatedCi.StartAsync(Given.Ci(builds: 3));
        using var folder = new CrashFolder(ci);
        await folder.CrashAsync("state.complete.before");
        await folder.ChangePendingAsync(row => normaliser ? row with { NormaliserVersion = 0 } : row with { MaskingVersion = 0 });

        await folder.CompleteAsync();

        await folder.ShouldBeExactAsync(ci);
        (await folder.ReceiptsAsync()).ShouldAllBe(receipt => receipt.Generation == 2);
        await ShouldHoldOneGenerationAsync(folder);
    }

    [Fact]
    public async Task A_crash_between_two_generations_leaves_the_later_one_alone()
    {
        await using var ci = await SimulatedCi.StartAsync(Given.Ci(builds: 3));
        using var folder = new CrashFolder(ci);
        await folder.CrashAsync("state.complete.before");
        await folder.ChangePendingAsync(row => row with { MaskingVersion = 0 });

        await folder.CrashAsync("index.delete.before");
        await folder.CrashAsync("index.delete.after");
        await folder.CrashAsync("index.count.after");
        await folder.CompleteAsync();

        await folder.ShouldBeExactAsync(ci);
        await ShouldHoldOneGenerationAsync(folder);
    }

    private static async Task ShouldHoldOneGenerationAsync(CrashFolder folder)
    {
        await using var index = folder.OpenIndex();
        foreach (var receipt in await folder.ReceiptsAsync())
        {
            var contents = await index.ReadContentsAsync(receipt.Build.Key, receipt.Generation, CancellationToken.None);
            contents.OtherGenerations.ShouldBe(0);
            contents.Entries.ShouldBe(receipt.Entries);
        }
    }
}
