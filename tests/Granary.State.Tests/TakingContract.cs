using Granary.Core.Cursors;
using Granary.Core.Model;
using Granary.Core.Ports;
using static Granary.State.Tests.TestBuilds;

namespace Granary.State.Tests;

public abstract class TakingContract : StateStoreContract
{
    [Fact]
    public async Task An_unknown_source_has_an_empty_cursor_of_version_0()
    {
        (await Store.ReadCursorAsync("nobody", Cancellation)).ShouldBe(new CursorState());
    }

    [Fact]
    public async Task A_page_extends_taken_and_adds_its_builds()
    {
        var taken = await TakeAsync(Page(new(10, 20), Finished(10), Finished(20), Running(15)));

        (taken.Added, taken.Opened, taken.Known).ShouldBe((2, 1, 0));
        taken.Cursor.Taken.ShouldBe(IntervalSet.Empty.Add(new(10, 20)));
        (taken.Cursor.Pending, taken.Cursor.Open).ShouldBe((2, 1));
        taken.Cursor.NewestSeen.ShouldBe(Finished(20).FinishedAt);
        taken.Cursor.Version.ShouldBeGreaterThan(0);
        (await Store.ReadCursorAsync(Source, Cancellation)).ShouldBe(taken.Cursor);
    }

    [Fact]
    public async Task A_page_that_covers_nothing_leaves_taken_and_raises_the_version()
    {
        var first = await TakeAsync(Page(new(1, 5)));
        var second = await TakeAsync(Page(null));

        second.Cursor.Taken.ShouldBe(first.Cursor.Taken);
        second.Cursor.Version.ShouldBeGreaterThan(first.Cursor.Version);
    }

    [Fact]
    public async Task A_stale_version_is_refused_and_changes_nothing()
    {
        var first = await TakeAsync(Page(new(1, 5), Finished(1)));

        var refusal = await Should.ThrowAsync<StaleCursorException>(
            () => Store.TakeAsync(Source, 0, Page(new(6, 9), Finished(6), Running(7)), Rules, Cancellation));

        refusal.Actual.ShouldBe(first.Cursor.Version);
        (await Store.ReadCursorAsync(Source, Cancellation)).ShouldBe(first.Cursor);
        (await PendingAsync()).Select(pending => pending.Build.Key).ShouldBe([Key(1)]);
        (await Store.ReadOpenAsync(Source, 10, Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_page_that_fails_in_the_middle_changes_nothing()
    {
        var before = await TakeAsync(Page(new(1, 1), Finished(1)));

        await Should.ThrowAsync<ArgumentException>(
            () => TakeAsync(Page(new(2, 9), Finished(2), Running(3), Finished(4, "elsewhere"))));

        (await Store.ReadCursorAsync(Source, Cancellation)).ShouldBe(before.Cursor);
        (await OnlyPendingAsync()).Build.Key.ShouldBe(Key(1));
        (await Store.ReadOpenAsync(Source, 10, Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_build_listed_twice_in_a_page_is_added_once()
    {
        var taken = await TakeAsync(Finished(1), Running(2), Finished(1), Running(2));

        (taken.Added, taken.Opened, taken.Known).ShouldBe((1, 1, 2));
        (taken.Cursor.Pending, taken.Cursor.Open).ShouldBe((1, 1));
    }

    [Fact]
    public async Task A_running_build_that_finished_leaves_open_and_becomes_pending()
    {
        await TakeAsync(Running(1));
        var taken = await TakeAsync(Finished(1));

        (taken.Added, taken.Cursor.Open, taken.Cursor.Pending).ShouldBe((1, 0, 1));
        (await Store.ReadOpenAsync(Source, 10, Cancellation)).ShouldBeEmpty();
        (await OnlyPendingAsync()).Build.ShouldHaveTheContentOf(Finished(1));
    }

    [Fact]
    public async Task A_finished_build_listed_as_running_afterwards_stays_pending()
    {
        await TakeAsync(Finished(1));
        var taken = await TakeAsync(Running(1));

        (taken.Known, taken.Opened, taken.Cursor.Open, taken.Cursor.Pending).ShouldBe((1, 0, 0, 1));
    }

    [Fact]
    public async Task A_running_build_with_a_receipt_is_ignored()
    {
        await CompleteAsync(Finished(1));
        var taken = await TakeAsync(Running(1));

        (taken.Known, taken.Cursor.Open).ShouldBe((1, 0));
    }

    [Theory]
    [InlineData(ReceiptStatus.Complete)]
    [InlineData(ReceiptStatus.Failed)]
    [InlineData(ReceiptStatus.Expired)]
    [InlineData(ReceiptStatus.Purged)]
    public async Task A_build_with_a_receipt_of_the_same_version_is_known(ReceiptStatus status)
    {
        await CompleteAsync(Finished(1), status: status);
        var taken = await TakeAsync(Finished(1));

        (taken.Added, taken.Known, taken.Cursor.Pending).ShouldBe((0, 1, 0));
    }

    [Theory]
    [InlineData(ReceiptStatus.Complete, 1)]
    [InlineData(ReceiptStatus.Failed, 1)]
    [InlineData(ReceiptStatus.Expired, 0)]
    [InlineData(ReceiptStatus.Purged, 0)]
    public async Task Another_version_than_the_receipts_is_read_again_unless_expired_or_purged(ReceiptStatus status, int added)
    {
        await CompleteAsync(Finished(1) with { Version = "1" }, status: status);
        var taken = await TakeAsync(Finished(1) with { Version = "2" });

        (taken.Added, taken.Known).ShouldBe((added, 1 - added));
    }

    [Fact]
    public async Task Another_version_than_the_receipts_is_the_next_generation_in_the_same_index_day()
    {
        var build = Finished(1) with { Version = "1" };
        await CompleteAsync(build, generation: 4);
        await TakeAsync(build with { Version = "2", FinishedAt = Start.AddDays(9) });

        var pending = await OnlyPendingAsync();
        (pending.Generation, pending.ReadBefore, pending.Build.Version).ShouldBe((5, true, "2"));
        pending.IndexDay.ShouldBe(new DateOnly(2026, 3, 1));
    }

    [Fact]
    public async Task A_new_pending_build_has_the_rules_versions_and_the_day_it_finished()
    {
        await TakeAsync(Finished(1));

        var pending = await OnlyPendingAsync();
        pending.Build.ShouldHaveTheContentOf(Finished(1));
        (pending.Generation, pending.Attempts, pending.ReadBefore).ShouldBe((1, 0, false));
        (pending.NormaliserVersion, pending.MaskingVersion).ShouldBe((3, 5));
        pending.IndexDay.ShouldBe(new DateOnly(2026, 3, 1));
        pending.NextTry.ShouldBeLessThanOrEqualTo(Rules.Now);
        pending.Checkpoint.ShouldBeNull();
    }

    [Fact]
    public async Task The_index_day_of_a_finish_is_in_UTC()
    {
        await TakeAsync(Finished(1) with { FinishedAt = new(2026, 3, 2, 1, 0, 0, TimeSpan.FromHours(2)) });

        (await OnlyPendingAsync()).IndexDay.ShouldBe(new DateOnly(2026, 3, 1));
    }

    [Fact]
    public async Task A_build_without_a_finish_has_the_day_it_was_first_seen()
    {
        await TakeAsync(Finished(1) with { FinishedAt = null });
        await TakeAsync(
            Page(null, Finished(1) with { FinishedAt = null, Version = "2" }), Rules with { Now = Rules.Now.AddDays(5) });

        (await OnlyPendingAsync()).IndexDay.ShouldBe(new DateOnly(2026, 3, 2));
    }

    [Fact]
    public async Task A_pending_build_of_another_version_goes_on_to_the_next_generation_without_its_checkpoint()
    {
        await TakeAsync(Finished(1) with { Version = "1" });
        var before = await OnlyPendingAsync();
        await Store.SavePendingAsync(before with { Checkpoint = new Checkpoint { Offset = 7 }, Attempts = 2 }, Cancellation);

        var taken = await TakeAsync(Finished(1) with { Version = "2", Result = "FAILURE" });

        (taken.Added, taken.Known, taken.Cursor.Pending).ShouldBe((0, 1, 1));
        var after = await OnlyPendingAsync();
        (after.Generation, after.ReadBefore, after.Checkpoint).ShouldBe((2, true, null));
        (after.Build.Version, after.Build.Result, after.IndexDay).ShouldBe(("2", "FAILURE", before.IndexDay));
    }

    [Fact]
    public async Task A_pending_build_of_the_same_version_is_left_as_it_is()
    {
        await TakeAsync(Finished(1));
        var saved = await OnlyPendingAsync() with { Attempts = 2, LastError = "reset", NextTry = Rules.Now.AddHours(1) };
        await Store.SavePendingAsync(saved, Cancellation);
        await TakeAsync(Finished(1));

        (await OnlyPendingAsync()).ShouldHaveTheContentOf(saved);
    }

    [Fact]
    public async Task Reset_forgets_taken_and_makes_a_page_in_flight_stale()
    {
        var before = await TakeAsync(Page(new(1, 9), Finished(1)));
        await Store.ResetCursorAsync(Source, "job=tempest*", Cancellation);

        var cursor = await Store.ReadCursorAsync(Source, Cancellation);
        (cursor.Taken.IsEmpty, cursor.FilterKey, cursor.Pending).ShouldBe((true, "job=tempest*", 1));
        await Should.ThrowAsync<StaleCursorException>(
            () => Store.TakeAsync(Source, before.Cursor.Version, Page(new(1, 9)), Rules, Cancellation));
    }

    [Fact]
    public async Task A_poll_is_noted_and_clears_the_last_error()
    {
        await Store.NotePollAsync(Source, Start, "503 from the CI", Cancellation);
        var failed = await Store.ReadCursorAsync(Source, Cancellation);
        await Store.NotePollAsync(Source, Start.AddMinutes(1), null, Cancellation);
        var polled = await Store.ReadCursorAsync(Source, Cancellation);

        (failed.LastError, failed.LastErrorAt, failed.LastPoll).ShouldBe(("503 from the CI", Start, null));
        (polled.LastError, polled.LastErrorAt, polled.LastPoll).ShouldBe((null, null, Start.AddMinutes(1)));
    }

    [Fact]
    public async Task A_poll_does_not_make_a_page_in_flight_stale()
    {
        var cursor = (await TakeAsync(Finished(1))).Cursor;
        await Store.NotePollAsync(Source, Start, null, Cancellation);

        (await Store.TakeAsync(Source, cursor.Version, Page(null, Finished(2)), Rules, Cancellation)).Added.ShouldBe(1);
    }

    [Fact]
    public async Task The_newest_seen_finish_does_not_go_back()
    {
        await TakeAsync(Finished(9));
        (await TakeAsync(Finished(3))).Cursor.NewestSeen.ShouldBe(Finished(9).FinishedAt);
    }

    [Fact]
    public async Task Cursors_of_two_sources_do_not_touch()
    {
        await TakeAsync(Page(new(1, 2), Finished(1)));
        await TakeAsync(Page(new(5, 6), Finished(1, "other"), Finished(2, "other")), source: "other");

        (await Store.ReadCursorAsync(Source, Cancellation)).Pending.ShouldBe(1);
        (await Store.ReadCursorAsync("other", Cancellation)).Pending.ShouldBe(2);
    }

    [Fact]
    public async Task A_build_whose_receipt_is_outgrown_is_read_as_its_next_generation()
    {
        await TakeAsync(Finished(1), Finished(2));
        await CompleteAsync(Finished(1));
        await CompleteAsync(Finished(2));
        var rules = Rules with { IsOutgrown = receipt => receipt.Build.Key == Key(2) && receipt.Files.Count == 2 };

        var taken = await TakeAsync(Page(null, Finished(1), Finished(2)), rules);

        (taken.Added, taken.Known).ShouldBe((1, 1));
        var pending = await OnlyPendingAsync();
        (pending.Build.Key, pending.Generation, pending.ReadBefore).ShouldBe((Key(2), 2, true));
    }

    [Theory]
    [InlineData(ReceiptStatus.Failed)]
    [InlineData(ReceiptStatus.Expired)]
    [InlineData(ReceiptStatus.Purged)]
    public async Task Only_a_complete_receipt_can_be_outgrown(ReceiptStatus status)
    {
        await TakeAsync(Finished(1));
        await CompleteAsync(Finished(1), status: status);

        (await TakeAsync(Page(null, Finished(1)), Rules with { IsOutgrown = _ => true })).Known.ShouldBe(1);
    }
}
