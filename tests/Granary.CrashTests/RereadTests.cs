using Granary.Core.Model;
using Granary.Simulator;

namespace Granary.CrashTests;

/// <summary>A build that is held is read again, the process dies on the way, and then the CI does not have the logs any more.</summary>
public sealed class RereadTests
{
    private const int LogBytes = 1_500_000;

    [Theory]
    [InlineData("source.list.after", 1)]
    [InlineData("index.outcome.after", 1)]
    [InlineData("index.count.after", 1)]
    [InlineData("state.save.after", 1)]
    [InlineData("index.delete.before", 1)]
    [InlineData("index.delete.after", 1)]
    [InlineData("index.count.after", 2)]
    [InlineData("state.complete.before", 1)]
    [InlineData("state.complete.after", 1)]
    public async Task Nothing_held_is_lost_when_the_process_dies_while_a_build_is_read_again_and_the_logs_expire(string point, long hit)
    {
        await using var ci = await SimulatedCi.StartAsync(new() { Builds = 0 });
        using var folder = new CrashFolder(ci);
        await CollectAndRepairAsync(ci, folder);
        await folder.CrashAsync(point, hit);

        await folder.CompleteAsync(folder.Plan with { LogsGone = true });

        await folder.ShouldBeExactAsync(ci);
        await ShouldHoldOneGenerationAsync(folder);
    }

    [Theory]
    [InlineData("index.count.after", true)]
    [InlineData("index.delete.before", false)]
    [InlineData("index.delete.after", false)]
    [InlineData("state.complete.before", true)]
    [InlineData("state.complete.before", false)]
    [InlineData("state.complete.after", false)]
    public async Task Nothing_held_is_lost_when_the_process_dies_while_a_reading_is_given_up(string point, bool gone)
    {
        await using var ci = await SimulatedCi.StartAsync(new() { Builds = 0 });
        using var folder = new CrashFolder(ci);
        await CollectAndRepairAsync(ci, folder);
        var plan = folder.Plan with { MaxAttempts = 2, LogsGone = gone, BreakAt = gone ? 0 : LogBytes / 2 };
        await folder.CrashAsync(plan with { KillPoint = point });

        await folder.RunAsync(plan);

        await folder.ShouldBeExactAsync(ci);
        await ShouldHoldOneGenerationAsync(folder);
        (await folder.ReceiptsAsync()).Single().GivenUp.ShouldNotBeNull().Gone.ShouldBe(gone);
    }

    [Fact]
    public async Task What_was_kept_is_replaced_once_the_build_can_be_read_again()
    {
        await using var ci = await SimulatedCi.StartAsync(new() { Builds = 0 });
        using var folder = new CrashFolder(ci);
        await CollectAndRepairAsync(ci, folder);
        await folder.RunAsync(folder.Plan with { MaxAttempts = 2, BreakAt = LogBytes / 2 });
        await RepairAsync(folder);

        await folder.CompleteAsync();

        await folder.ShouldBeExactAsync(ci);
        await ShouldHoldOneGenerationAsync(folder);
        (await folder.ReceiptsAsync()).Single().ShouldSatisfyAllConditions(
            receipt => receipt.Generation.ShouldBe(3), receipt => receipt.GivenUp.ShouldBeNull(), receipt => receipt.Reasons.ShouldBeEmpty());
    }

    private static async Task CollectAndRepairAsync(SimulatedCi ci, CrashFolder folder)
    {
        ci.AddBuild(new() { LogBytes = LogBytes, Tree = false, Encoding = LogEncoding.Plain });
        await folder.CompleteAsync();
        await RepairAsync(folder);
    }

    private static async Task RepairAsync(CrashFolder folder)
    {
        var build = (await folder.ReceiptsAsync()).Single().Build.Key;
        await using var state = await folder.OpenStateAsync();
        (await state.RepairAsync(build, CancellationToken.None)).ShouldBeTrue();
    }

    private static async Task ShouldHoldOneGenerationAsync(CrashFolder folder)
    {
        await using var index = folder.OpenIndex();
        var receipt = (await folder.ReceiptsAsync()).Single();
        var contents = await index.ReadContentsAsync(receipt.Build.Key, receipt.Generation, CancellationToken.None);
        (receipt.Status, contents.OtherGenerations, contents.Entries).ShouldBe((ReceiptStatus.Complete, 0, receipt.Entries));
    }
}
