using Granary.Core.Model;
using static Granary.State.Tests.TestBuilds;

namespace Granary.State.Tests;

public abstract class OpenContract : StateStoreContract
{
    [Fact]
    public async Task A_running_build_is_open_until_its_expiry()
    {
        await TakeAsync(Running(1));

        var open = (await Store.ReadOpenAsync(Source, 10, Cancellation)).ShouldHaveSingleItem();
        open.Build.ShouldHaveTheContentOf(Running(1));
        (open.SeenAt, open.ExpiresAt).ShouldBe((Rules.Now, Rules.Now + Rules.OpenExpiry));
    }

    [Fact]
    public async Task A_running_build_seen_again_is_refreshed_and_keeps_its_expiry()
    {
        await TakeAsync(Running(1));
        var later = Rules with { Now = Rules.Now.AddHours(1) };
        var taken = await TakeAsync(Page(null, Running(1) with { Job = "renamed" }), later);

        (taken.Opened, taken.Known, taken.Cursor.Open).ShouldBe((0, 1, 1));
        var open = (await Store.ReadOpenAsync(Source, 10, Cancellation)).ShouldHaveSingleItem();
        (open.Build.Job, open.SeenAt, open.ExpiresAt).ShouldBe(("renamed", later.Now, Rules.Now + Rules.OpenExpiry));
    }

    [Fact]
    public async Task The_build_longest_not_looked_at_comes_first()
    {
        await TakeAsync(Running(1), Running(2), Running(3));
        await Store.NoteOpenAsync(Source, [Key(1), Key(3)], Rules.Now.AddMinutes(1), Cancellation);
        await Store.NoteOpenAsync(Source, [Key(1)], Rules.Now.AddMinutes(2), Cancellation);

        (await Store.ReadOpenAsync(Source, 10, Cancellation)).Select(open => open.Build.Key).ShouldBe([Key(2), Key(3), Key(1)]);
        (await Store.ReadOpenAsync(Source, 1, Cancellation)).Select(open => open.Build.Key).ShouldBe([Key(2)]);
    }

    [Fact]
    public async Task A_build_past_its_expiry_gets_an_expired_receipt_with_a_reason()
    {
        await TakeAsync(Running(1), Running(2));
        var late = Rules.Now + Rules.OpenExpiry;
        await Store.NoteOpenAsync(Source, [Key(1)], late, Cancellation);

        (await Store.ReadOpenAsync(Source, 10, Cancellation)).Select(open => open.Build.Key).ShouldBe([Key(2)]);
        var receipt = (await Store.ReadReceiptAsync(Key(1), Cancellation)).ShouldNotBeNull();
        (receipt.Status, receipt.WrittenAt).ShouldBe((ReceiptStatus.Expired, late));
        receipt.Reasons.ShouldHaveSingleItem().ShouldContain("still running");
        (await Store.ReadCursorAsync(Source, Cancellation)).Open.ShouldBe(1);
        (await Store.ReadTotalsAsync(Source, Cancellation)).Expired.ShouldBe(1);
    }

    [Fact]
    public async Task A_build_that_the_CI_does_not_know_gets_a_reason_of_its_own_at_its_expiry()
    {
        await TakeAsync(Running(1));
        await Store.NoteUnknownAsync(Source, [Key(1)], Rules.Now, Cancellation);
        (await ReceiptsAsync()).ShouldBeEmpty();

        await Store.NoteUnknownAsync(Source, [Key(1)], Rules.Now + Rules.OpenExpiry, Cancellation);

        var receipt = (await ReceiptsAsync()).ShouldHaveSingleItem();
        (receipt.Status, receipt.NeverFinished).ShouldBe((ReceiptStatus.Expired, true));
        receipt.Reasons.ShouldHaveSingleItem().ShouldContain("not known to the CI any more");
    }

    [Fact]
    public async Task A_build_that_ends_unwanted_after_a_repair_is_no_gap_any_more()
    {
        await TakeAsync(Running(1));
        await Store.NoteOpenAsync(Source, [Key(1)], Rules.Now.AddDays(9), Cancellation);
        await Store.RepairAsync(Key(1), Cancellation);

        var taken = await TakeAsync(Page(null) with { Unwanted = [Key(1)] });

        taken.Cursor.Open.ShouldBe(0);
        (await ReceiptsAsync()).ShouldBeEmpty();
        (await Store.ReadTotalsAsync(Source, Cancellation)).Expired.ShouldBe(0);
    }

    [Fact]
    public async Task What_was_read_of_a_build_keeps_its_receipt_when_the_build_is_not_wanted_any_more()
    {
        await TakeAsync(Finished(1));
        await CompleteAsync(Finished(1));

        await TakeAsync(Page(null) with { Unwanted = [Key(1)] });

        (await ReceiptsAsync()).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task An_expired_build_that_finishes_after_all_is_read_as_any()
    {
        await TakeAsync(Running(1));
        await Store.NoteOpenAsync(Source, [Key(1)], Rules.Now.AddDays(9), Cancellation);

        (await TakeAsync(Finished(1))).Added.ShouldBe(1);
        var pending = await OnlyPendingAsync();
        (pending.Generation, pending.ReadBefore, pending.IndexDay)
            .ShouldBe((1, false, DateOnly.FromDateTime(Finished(1).FinishedAt!.Value.UtcDateTime)));
    }

    [Fact]
    public async Task A_build_that_was_not_told_of_goes_behind_the_others_and_never_expires()
    {
        await TakeAsync(Running(1), Running(2));
        await Store.NoteUnseenAsync(Source, Key(2), Rules.Now.AddDays(9), null, Cancellation);
        await Store.NoteUnseenAsync(Source, Key(1), Rules.Now.AddDays(10), null, Cancellation);

        (await Store.ReadOpenAsync(Source, 10, Cancellation)).Select(open => open.Build.Key).ShouldBe([Key(2), Key(1)]);
        (await ReceiptsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_build_given_up_unseen_gets_a_failed_receipt_with_the_reason()
    {
        await TakeAsync(Running(1));
        await Store.NoteUnseenAsync(Source, Key(1), Rules.Now.AddDays(9), "502 for days", Cancellation);
        await Store.NoteUnseenAsync(Source, Key(2), Rules.Now.AddDays(9), "502 for days", Cancellation);

        var receipt = (await ReceiptsAsync()).ShouldHaveSingleItem();
        (receipt.Status, receipt.NeverFinished).ShouldBe((ReceiptStatus.Failed, true));
        receipt.Reasons.ShouldHaveSingleItem().ShouldContain("502 for days");
        (await Store.ReadCursorAsync(Source, Cancellation)).Open.ShouldBe(0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_repair_of_a_build_that_never_finished_opens_it_again(bool seen)
    {
        await TakeAsync(Running(1));
        await (seen
            ? Store.NoteOpenAsync(Source, [Key(1)], Rules.Now.AddDays(9), Cancellation)
            : Store.NoteUnseenAsync(Source, Key(1), Rules.Now.AddDays(9), "502", Cancellation));

        (await Store.RepairAsync(Key(1), Cancellation)).ShouldBeTrue();

        var open = (await Store.ReadOpenAsync(Source, 10, Cancellation)).ShouldHaveSingleItem();
        open.Build.ShouldHaveTheContentOf(Running(1));
        (open.ExpiresAt - open.SeenAt).ShouldBe(TimeSpan.FromDays(1));
        var cursor = await Store.ReadCursorAsync(Source, Cancellation);
        (cursor.Open, cursor.Pending).ShouldBe((1, 0));
        (await TakeAsync(Finished(1))).Added.ShouldBe(1);
        await CompleteAsync(Finished(1));
        (await ReceiptsAsync()).ShouldHaveSingleItem().Status.ShouldBe(ReceiptStatus.Complete);
        (await Store.ReadCursorAsync(Source, Cancellation)).Open.ShouldBe(0);
    }

    [Fact]
    public async Task An_unwanted_build_leaves_open_with_no_receipt_and_may_be_taken_later()
    {
        await TakeAsync(Running(1), Running(2));
        var taken = await TakeAsync(Page(null) with { Unwanted = [Key(1), Key(3)] });

        (taken.Cursor.Open, taken.Cursor.Pending).ShouldBe((1, 0));
        (await ReceiptsAsync()).ShouldBeEmpty();
        (await TakeAsync(Finished(1))).Added.ShouldBe(1);
    }

    [Fact]
    public async Task Looking_at_a_build_that_is_not_open_changes_nothing()
    {
        await TakeAsync(Finished(1));
        await Store.NoteOpenAsync(Source, [Key(1), Key(2)], DateTimeOffset.MaxValue, Cancellation);
        await Store.NoteOpenAsync("nobody", [Key(1, "nobody")], DateTimeOffset.MaxValue, Cancellation);

        (await ReceiptsAsync()).ShouldBeEmpty();
    }
}
