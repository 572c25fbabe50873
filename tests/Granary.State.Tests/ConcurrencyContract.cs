using Granary.Core.Model;
using Granary.Core.Ports;
using static Granary.State.Tests.TestBuilds;

namespace Granary.State.Tests;

public abstract class ConcurrencyContract : StateStoreContract
{
    [Fact]
    public async Task Of_writers_with_the_same_version_one_wins()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(1, 20).Select(async number =>
        {
            try
            {
                await Store.TakeAsync(Source, 0, Page(new(number, number), Finished(number)), Rules, Cancellation);
                return 1;
            }
            catch (StaleCursorException)
            {
                return 0;
            }
        }));

        outcomes.Sum().ShouldBe(1);
        (await Store.ReadCursorAsync(Source, Cancellation)).Pending.ShouldBe(1);
    }

    [Fact]
    public async Task Eight_writers_beside_a_reader_of_another_process_leave_exact_counts()
    {
        const int each = 150;
        await using var second = await OpenSecondAsync();
        using var done = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var reader = Task.Run(async () =>
        {
            var rounds = 0;
            while (!done.IsCancellationRequested || rounds == 0)
            {
                // A snapshot can never show a build in both places, or more receipts than were counted before the totals.
                var receipts = 0;
                await foreach (var receipt in second.ReadReceiptsAsync(new ReceiptFilter { Source = "s3" }, Cancellation))
                {
                    receipts++;
                }

                (await second.ReadTotalsAsync("s3", Cancellation)).Complete.ShouldBeGreaterThanOrEqualTo(receipts);
                rounds++;
            }
        });

        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            var source = $"s{writer}";
            for (var number = 0; number < each; number++)
            {
                await TakeAsync(Page(new(number, number), Finished(number, source)), source: source);
                await CompleteAsync(Finished(number, source));
            }
        })));
        await done.CancelAsync();
        await reader;

        for (var writer = 0; writer < 8; writer++)
        {
            var cursor = await second.ReadCursorAsync($"s{writer}", Cancellation);
            (cursor.Pending, cursor.Taken.ToString()).ShouldBe((0, $"0..{each - 1}"));
            (await second.ReadTotalsAsync($"s{writer}", Cancellation)).Complete.ShouldBe(each);
        }
    }

    [Fact]
    public async Task What_is_committed_is_seen_by_a_second_store_at_once()
    {
        await using var second = await OpenSecondAsync();
        await CompleteAsync(Finished(1));

        (await second.ReadReceiptAsync(Key(1), Cancellation)).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_failing_write_does_not_spoil_those_beside_it()
    {
        var writes = Enumerable.Range(1, 50).Select(number => number % 2 == 0
            ? Store.TakeAsync(Source, 99, Page(null), Rules, Cancellation)
            : CompleteAsync(Finished(number))).ToList();
        await Should.ThrowAsync<StaleCursorException>(() => Task.WhenAll(writes));

        writes.Count(write => write.IsCompletedSuccessfully).ShouldBe(25);
        (await ReceiptsAsync()).Count.ShouldBe(25);
    }

    [Fact]
    public async Task A_write_cancelled_before_it_begins_does_not_happen()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => Store.CompleteAsync(Receipt(Finished(1)), cancelled.Token));
        (await ReceiptsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_store_that_is_closed_refuses()
    {
        await using var closed = await OpenSecondAsync();
        await closed.DisposeAsync();

        await Should.ThrowAsync<ObjectDisposedException>(() => closed.ReadCursorAsync(Source, Cancellation));
    }
}
