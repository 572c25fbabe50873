using Granary.Core.Model;
using Granary.Core.Ports;
using static Granary.State.Tests.TestBuilds;

namespace Granary.State.Tests;

public abstract class ReceiptsContract : StateStoreContract
{
    [Fact]
    public async Task A_receipt_is_read_as_it_was_written()
    {
        var build = Finished(1) with
        {
            Key = new BuildKey(Source, "päth/to\0log 日本.txt", 7),
            Version = "123-456",
            Labels = new Dictionary<string, string> { ["node"] = "ubuntu" },
            Position = long.MinValue,
            Url = null,
            LogUrl = "/var/log/päth/to\0log 日本.txt",
            StartedAt = null,
        };
        var receipt = Receipt(build, 3, ReceiptStatus.Failed) with
        {
            Reasons = ["gave up", ""],
            Attempts = 5,
            Files =
            [
                Log(build, "", 99) with { DeclaredBytes = null, Hash = default, Status = FileStatus.Truncated, Reason = "cut" },
                Log(build, "x", 5L << 40) with { Url = "", Refused = 3, DeclaredBytes = 0 },
            ],
        };
        await Store.CompleteAsync(receipt, Cancellation);

        (await Store.ReadReceiptAsync(build.Key, Cancellation)).ShouldHaveTheContentOf(receipt);
    }

    [Fact]
    public async Task A_receipt_of_an_earlier_reading_ends_the_reading_that_was_given_up()
    {
        await CompleteAsync(Finished(1));
        await Store.RepairAsync(Key(1), Cancellation);
        var kept = Receipt(Finished(1)) with { Reasons = ["gone"], GivenUp = new(2, "gone", Gone: true) };
        await Store.CompleteAsync(kept, Cancellation);

        (await PendingAsync()).ShouldBeEmpty();
        (await Store.ReadCursorAsync(Source, Cancellation)).Pending.ShouldBe(0);
        (await Store.ReadReceiptAsync(Key(1), Cancellation)).ShouldHaveTheContentOf(kept);
        await Store.RepairAsync(Key(1), Cancellation);
        (await OnlyPendingAsync()).Generation.ShouldBe(3);
    }

    [Fact]
    public async Task Another_content_is_read_as_the_generation_after_the_one_that_was_given_up()
    {
        var build = Finished(1) with { Version = "1" };
        await Store.CompleteAsync(Receipt(build) with { GivenUp = new(4, "away", Gone: false) }, Cancellation);

        await TakeAsync(build with { Version = "2" });

        (await OnlyPendingAsync()).Generation.ShouldBe(5);
    }

    [Fact]
    public async Task A_build_without_a_receipt_has_none()
    {
        await CompleteAsync(Finished(1));

        (await Store.ReadReceiptAsync(Key(2), Cancellation)).ShouldBeNull();
        (await Store.ReadReceiptAsync(Key(1) with { Attempt = 2 }, Cancellation)).ShouldBeNull();
        (await Store.ReadReceiptAsync(Key(1, "nobody"), Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task Totals_are_kept_over_new_and_replaced_receipts()
    {
        await CompleteAsync(Finished(1));
        await CompleteAsync(Finished(2), status: ReceiptStatus.Failed);
        await CompleteAsync(Finished(3), status: ReceiptStatus.Purged);
        await CompleteAsync(Finished(2), generation: 2);
        await Store.CompleteAsync(Receipt(Finished(1), 2) with { Files = [Log(Finished(1), "a", 1017)] }, Cancellation);

        var receipts = await ReceiptsAsync();
        var totals = await Store.ReadTotalsAsync(Source, Cancellation);
        totals.ShouldBe(new SourceTotals(2, 0, 0, 1, receipts.Sum(receipt => receipt.Lines), receipts.Sum(receipt => receipt.Bytes)));
        totals.Bytes.ShouldBe((2 * (12_345 + 1_234_567 - 34)) + 1000);
        (await Store.ReadTotalsAsync("nobody", Cancellation)).ShouldBe(SourceTotals.None);
    }

    [Fact]
    public async Task The_newest_indexed_finish_is_that_of_complete_builds()
    {
        await TakeAsync(Finished(1), Finished(5), Finished(9));
        await CompleteAsync(Finished(5));
        await CompleteAsync(Finished(1));
        await CompleteAsync(Finished(9), status: ReceiptStatus.Failed);

        (await Store.ReadCursorAsync(Source, Cancellation)).NewestIndexed.ShouldBe(Finished(5).FinishedAt);
    }

    [Fact]
    public async Task Receipts_come_newest_finish_first_then_by_key_and_those_without_a_finish_last()
    {
        var random = new Random(5);
        var ids = new[] { "a", "b", "\uFF5E", "\U0001F600", "ab", "B" };
        var builds = Enumerable.Range(0, 900).Select(number => Finished(number) with
        {
            Key = new BuildKey(number % 3 == 0 ? "zeta" : "Alpha", ids[random.Next(ids.Length)] + random.Next(400), random.Next(1, 3)),
            FinishedAt = random.Next(9) == 0 ? null : Start.AddSeconds(random.Next(9)),
        }).DistinctBy(build => build.Key).ToList();
        await Task.WhenAll(builds.Select(build => CompleteAsync(build)));
        var expected = builds.OrderByDescending(build => build.FinishedAt ?? DateTimeOffset.MinValue).ThenBy(build => build.Key);
        (await ReceiptsAsync()).Select(receipt => receipt.Build.Key).ShouldBe(expected.Select(build => build.Key));
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData(Source, null, null)]
    [InlineData("nobody", null, null)]
    [InlineData(null, ReceiptStatus.Complete, null)]
    [InlineData(null, ReceiptStatus.Failed, null)]
    [InlineData("other", ReceiptStatus.Failed, null)]
    [InlineData(null, ReceiptStatus.Purged, "")]
    [InlineData(null, null, "9e")]
    [InlineData("other", ReceiptStatus.Failed, "1")]
    [InlineData(null, null, "no such")]
    public async Task A_filter_yields_what_it_names_in_the_same_order(string? source, ReceiptStatus? status, string? prefix)
    {
        await Task.WhenAll(Enumerable.Range(1, 1500).Select(number => CompleteAsync(
            Finished(number, number % 4 == 0 ? "other" : Source) with { FinishedAt = number % 50 == 0 ? null : Start.AddSeconds(number / 3) },
            status: number % 2 == 0 ? ReceiptStatus.Failed : ReceiptStatus.Complete)));

        var all = await ReceiptsAsync();
        all.Count.ShouldBe(1500);
        var filtered = await ReceiptsAsync(new ReceiptFilter { Source = source, Status = status, IdPrefix = prefix });
        filtered.Select(receipt => receipt.Build.Key).ShouldBe(all
            .Where(receipt => source is null || receipt.Build.Key.Source == source)
            .Where(receipt => status is null || receipt.Status == status)
            .Where(receipt => receipt.Build.Key.Id.StartsWith(prefix ?? "", StringComparison.Ordinal))
            .Select(receipt => receipt.Build.Key));
    }

    [Fact]
    public async Task Receipts_written_while_others_are_streamed_do_not_repeat_or_hide_any()
    {
        await Task.WhenAll(Enumerable.Range(0, 1000).Select(number => CompleteAsync(Finished(2 * number))));
        var read = new List<BuildKey>();
        await foreach (var receipt in Store.ReadReceiptsAsync(new(), Cancellation))
        {
            read.Add(receipt.Build.Key);
            if (read.Count % 100 == 0)
            {
                await CompleteAsync(Finished((2 * read.Count) + 1));
            }
        }

        read.ShouldBeUnique();
        Enumerable.Range(0, 1000).Select(number => Key(2 * number)).Except(read).ShouldBeEmpty();
    }

    [Fact]
    public async Task Streaming_may_be_left_early()
    {
        for (var number = 0; number < 600; number++)
        {
            await Task.WhenAny(CompleteAsync(Finished(number) with { FinishedAt = Start }));
        }

        await foreach (var receipt in Store.ReadReceiptsAsync(new(), Cancellation))
        {
            receipt.ShouldNotBeNull();
            break;
        }

        (await ReceiptsAsync()).Count.ShouldBe(600);
    }

    [Fact]
    public async Task Repair_makes_a_build_pending_as_its_next_generation()
    {
        await Store.CompleteAsync(Receipt(Finished(1), 4, ReceiptStatus.Failed) with { Attempts = 5 }, Cancellation);

        (await Store.RepairAsync(Key(1), Cancellation)).ShouldBeTrue();

        var pending = await OnlyPendingAsync();
        pending.Build.ShouldHaveTheContentOf(Finished(1));
        (pending.Generation, pending.ReadBefore, pending.Attempts, pending.Checkpoint).ShouldBe((5, true, 0, null));
        (pending.NormaliserVersion, pending.MaskingVersion, pending.IndexDay).ShouldBe((3, 5, new DateOnly(2026, 3, 1)));
        (await Store.ReadCursorAsync(Source, Cancellation)).Pending.ShouldBe(1);
        (await Store.ReadReceiptAsync(Key(1), Cancellation)).ShouldNotBeNull().Generation.ShouldBe(4);
    }

    [Fact]
    public async Task Repair_asked_twice_makes_one_generation()
    {
        await CompleteAsync(Finished(1));
        await Store.RepairAsync(Key(1), Cancellation);
        (await Store.RepairAsync(Key(1), Cancellation)).ShouldBeTrue();

        (await OnlyPendingAsync()).Generation.ShouldBe(2);
        (await Store.ReadCursorAsync(Source, Cancellation)).Pending.ShouldBe(1);
    }

    [Fact]
    public async Task Repair_of_a_build_without_a_receipt_says_so()
    {
        await TakeAsync(Finished(1));

        (await Store.RepairAsync(Key(1), Cancellation)).ShouldBeFalse();
        (await Store.RepairAsync(Key(1, "nobody"), Cancellation)).ShouldBeFalse();
    }
}
