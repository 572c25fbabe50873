using Granary.Core.Model;
using static Granary.State.Tests.TestBuilds;

namespace Granary.State.Tests;

public abstract class PendingContract : StateStoreContract
{
    [Fact]
    public async Task Pending_builds_come_newest_finish_first_and_those_without_one_last()
    {
        await TakeAsync(Finished(2), Finished(4) with { FinishedAt = null }, Finished(9), Finished(5));

        (await PendingAsync()).Select(pending => pending.Build.Key).ShouldBe([Key(9), Key(5), Key(2), Key(4)]);
    }

    [Fact]
    public async Task The_limit_counts_without_those_excluded()
    {
        await TakeAsync(Enumerable.Range(1, 9).Select(number => Finished(number)));

        var builds = await Store.ReadPendingAsync(
            Source, Rules.Now, 2, new HashSet<BuildKey> { Key(9), Key(7) }, Cancellation);
        builds.Select(pending => pending.Build.Key).ShouldBe([Key(8), Key(6)]);
    }

    [Fact]
    public async Task A_build_waits_for_its_next_try()
    {
        await TakeAsync(Finished(1), Finished(2));
        var later = Rules.Now.AddMinutes(5);
        await Store.SavePendingAsync(
            (await PendingAsync())[0] with { NextTry = later, Attempts = 1, LastError = "cut" }, Cancellation);

        (await PendingAsync()).Select(pending => pending.Build.Key).ShouldBe([Key(1)]);
        (await PendingAsync(later)).Select(pending => pending.Build.Key).ShouldBe([Key(2), Key(1)]);
        (await Store.NextTryAsync(Source, new HashSet<BuildKey> { Key(1) }, Cancellation)).ShouldBe(later);
    }

    [Fact]
    public async Task No_next_try_where_nothing_else_is_pending()
    {
        await TakeAsync(Finished(1));

        (await Store.NextTryAsync(Source, new HashSet<BuildKey> { Key(1) }, Cancellation)).ShouldBeNull();
        (await Store.NextTryAsync("nobody", None, Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task Progress_is_stored_whole()
    {
        await TakeAsync(Finished(1) with { Labels = new Dictionary<string, string> { ["node"] = "ubuntu", ["arch"] = "" } });
        var saved = await OnlyPendingAsync() with
        {
            Attempts = 3,
            NextTry = Start.AddTicks(1),
            Generation = 2,
            NormaliserVersion = 4,
            MaskingVersion = 6,
            ReadBefore = true,
            LastError = "connection reset – again",
            Checkpoint = new Checkpoint
            {
                Done = [Log(Finished(1), "a.txt", 1000), Log(Finished(1), "b.txt", 5) with { Url = "http://x/b", DeclaredBytes = null }],
                File = "c.txt",
                ETag = "\"abc\"",
                Offset = 5L << 30,
                Ordinal = 20_000,
                Line = 99_999_999,
                Chain = new ContentHash(1, 2),
                Time = -1,
                Bytes = 6L << 30,
                Entries = 12,
            },
            Held = Receipt(Finished(1) with { Version = "of the reading that is held", FinishedAt = null }, 2) with { Reasons = ["held"] },
        };
        await Store.SavePendingAsync(saved, Cancellation);

        (await OnlyPendingAsync()).ShouldHaveTheContentOf(saved);
    }

    [Fact]
    public async Task Progress_of_a_build_that_is_not_pending_is_not_stored()
    {
        await TakeAsync(Finished(1));
        var pending = await OnlyPendingAsync();
        await CompleteAsync(Finished(1));
        await Store.SavePendingAsync(pending, Cancellation);

        (await PendingAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Progress_of_an_earlier_generation_does_not_take_the_later_one_back()
    {
        await TakeAsync(Finished(1) with { Version = "1" });
        var stale = await OnlyPendingAsync();
        await TakeAsync(Finished(1) with { Version = "2" });
        await Store.SavePendingAsync(stale with { Attempts = 1 }, Cancellation);

        var pending = await OnlyPendingAsync();
        (pending.Generation, pending.Build.Version).ShouldBe((2, "2"));
    }

    [Fact]
    public async Task A_run_marks_every_pending_build_as_read_before()
    {
        await TakeAsync(Finished(1), Finished(2));
        await Store.BeginRunAsync(Cancellation);
        await TakeAsync(Finished(3));

        (await PendingAsync()).Select(pending => pending.ReadBefore).ShouldBe([false, true, true]);
    }

    [Fact]
    public async Task A_completed_build_is_pending_no_more()
    {
        await TakeAsync(Finished(1), Finished(2));
        await CompleteAsync(Finished(1));

        (await OnlyPendingAsync()).Build.Key.ShouldBe(Key(2));
        (await Store.ReadCursorAsync(Source, Cancellation)).Pending.ShouldBe(1);
    }

    [Fact]
    public async Task A_build_that_changed_while_it_was_read_stays_pending_when_its_earlier_generation_completes()
    {
        await TakeAsync(Finished(1) with { Version = "1" });
        await TakeAsync(Finished(1) with { Version = "2" });
        await CompleteAsync(Finished(1) with { Version = "1" }, generation: 1);

        (await OnlyPendingAsync()).Generation.ShouldBe(2);
        (await Store.ReadCursorAsync(Source, Cancellation)).Pending.ShouldBe(1);
    }
}
