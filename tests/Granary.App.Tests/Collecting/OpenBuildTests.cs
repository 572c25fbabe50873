using Granary.App.Collecting;
using Granary.App.Verifying;
using Granary.Core.Capacity;
using Granary.Core.Cursors;
using Granary.Core.Model;
using Granary.Core.Ports;
using Granary.Testing;

namespace Granary.App.Tests.Collecting;

/// <summary>What becomes of builds that were seen running.</summary>
public sealed class OpenBuildTests
{
    private static readonly Build Done = ScriptedSource.BuildOf("b") with { Key = new("a", "b") };

    private static readonly Build Running = Done with { Finished = false, FinishedAt = null, Result = null };

    private readonly ManualTime time = new();

    [Fact]
    public async Task A_build_that_ends_unwanted_is_collected_once_the_filter_asks_for_it()
    {
        await using var bench = await CollectorBench.CreateAsync("a");
        var failuresOnly = CollectorBench.Source("a") with { Filter = new() { Results = ["FAILURE"] } };
        var narrow = new FakeSource { Pages = walk => walk == 1 ? [new([Running], null)] : [], Open = _ => [Done], Wanted = build => !build.Finished };
        await Loop(bench, narrow, failuresOnly).PollAsync(default);

        var cursor = await bench.State.ReadCursorAsync("a", default);
        (cursor.Open, cursor.Pending).ShouldBe((0, 0));
        (await bench.State.ReadReceiptAsync(Done.Key, default)).ShouldBeNull();

        var wide = new FakeSource { Pages = _ => [new([Done], null)] };
        await Loop(bench, wide, CollectorBench.Source("a")).PollAsync(default);

        (await bench.State.ReadCursorAsync("a", default)).Pending.ShouldBe(1);
    }

    [Fact]
    public async Task A_build_whose_receipt_is_outgrown_is_read_again_by_the_loop()
    {
        await using var bench = await CollectorBench.CreateAsync("a");
        await Loop(bench, new() { Pages = _ => [new([Done], null)] }).PollAsync(default);
        await bench.State.CompleteAsync(new() { Build = Done, Status = ReceiptStatus.Complete, Generation = 1 }, default);

        await Loop(bench, new() { Pages = _ => [new([Done], null)], IsOutgrown = receipt => receipt.Build.Key == Done.Key }).PollAsync(default);

        (await PendingAsync(bench)).ShouldHaveSingleItem().Generation.ShouldBe(2);
    }

    [Fact]
    public async Task A_failed_look_after_a_long_absence_does_not_expire_a_build()
    {
        await using var bench = await OpenAsync();
        var fails = true;
        var loop = Loop(bench, new() { Open = _ => fails ? throw new CiException("502") : [Done] });

        time.Advance(TimeSpan.FromDays(30));
        await loop.PollAsync(default);

        (await bench.State.ReadCursorAsync("a", default)).Open.ShouldBe(1);
        fails = false;
        await loop.PollAsync(default);
        (await PendingAsync(bench)).ShouldHaveSingleItem().Build.Key.ShouldBe(Done.Key);
    }

    [Fact]
    public async Task A_build_that_cannot_be_looked_at_for_a_week_after_its_expiry_fails_for_verify_to_repair()
    {
        await using var bench = await OpenAsync();
        var loop = Loop(bench, new() { Open = _ => throw new CiException("502") });
        for (var day = 0; day < 12; day++)
        {
            time.Advance(TimeSpan.FromDays(1));
            await loop.PollAsync(default);
        }

        var finding = ReceiptFindings.Of((await bench.State.ReadReceiptAsync(Done.Key, default))!).ShouldHaveSingleItem();
        (finding.Kind, finding.IsGap, finding.Build).ShouldBe((FindingKind.Failed, true, Done.Key));
        finding.Message.ShouldContain("502");
    }

    [Fact]
    public async Task A_build_that_runs_past_its_expiry_is_a_finding_whose_repair_has_it_read_when_it_finishes()
    {
        await using var bench = await OpenAsync();
        var answer = Running;
        var loop = Loop(bench, new() { Open = _ => [answer] });
        time.Advance(TimeSpan.FromDays(2));
        await loop.PollAsync(default);

        var finding = ReceiptFindings.Of((await bench.State.ReadReceiptAsync(Done.Key, default))!).ShouldHaveSingleItem();
        (finding.Kind, finding.IsGap).ShouldBe((FindingKind.NeverFinished, true));
        (await bench.State.RepairAsync(finding.Build!, default)).ShouldBeTrue();
        answer = Done;
        await loop.PollAsync(default);

        (await PendingAsync(bench)).ShouldHaveSingleItem().Build.ShouldBe(Done with { Labels = (await PendingAsync(bench))[0].Build.Labels });
    }

    [Fact]
    public async Task A_build_that_the_CI_does_not_know_any_more_is_not_said_to_run()
    {
        await using var bench = await OpenAsync();
        time.Advance(TimeSpan.FromDays(2));
        await Loop(bench, new() { Open = _ => [] }).PollAsync(default);

        (await bench.State.ReadReceiptAsync(Done.Key, default))!.Reasons.ShouldHaveSingleItem().ShouldContain("not known to the CI any more");
    }

    [Fact]
    public async Task A_repair_says_of_a_build_that_never_finished_that_it_will_be_looked_at()
    {
        await using var bench = await OpenAsync();
        time.Advance(TimeSpan.FromDays(2));
        await Loop(bench, new() { Open = _ => [Running] }).PollAsync(default);
        var findings = ReceiptFindings.Of((await bench.State.ReadReceiptAsync(Done.Key, default))!);

        (await new Verifier(bench.State, null!).RepairAsync(findings, default)).ShouldBe((0, 1));
    }

    [Fact]
    public void What_retention_has_expired_is_no_finding() => ReceiptFindings
        .Of(new() { Build = Done, Status = ReceiptStatus.Expired, Generation = 1, Reasons = ["too old"] }).ShouldBeEmpty();

    private async Task<CollectorBench> OpenAsync()
    {
        var bench = await CollectorBench.CreateAsync("a");
        await Loop(bench, new() { Pages = _ => [new([Running], null)], Open = _ => [Running] }).PollAsync(default);
        (await bench.State.ReadCursorAsync("a", default)).Open.ShouldBe(1);
        return bench;
    }

    private SourceLoop Loop(CollectorBench bench, FakeSource source, SourceDefinition? definition = null) => new(
        definition ?? CollectorBench.Source("a"), source, bench.State, new(), new StageMeter("pages", 1, time), time, new(), _ => { });

    private static Task<IReadOnlyList<PendingBuild>> PendingAsync(CollectorBench bench) =>
        bench.State.ReadPendingAsync("a", DateTimeOffset.MaxValue, 10, new HashSet<BuildKey>(), default);
}
