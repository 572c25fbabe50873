using Granary.Core.Model;
using Granary.Core.Ports;

namespace Granary.App.Tests.Collecting;

/// <summary>A build that is held is read again, and that cannot be done: what is held stays.</summary>
public sealed class RereadTests : IAsyncLifetime
{
    private static readonly CiException Expired = new("the log store has it no more") { Gone = true };
    private static readonly CiException Away = new("503 Service Unavailable");
    private static readonly CiException Forbidden = new("the host is not allowed") { Refused = true };

    private ScriptedRun run = null!;

    public async ValueTask InitializeAsync()
    {
        run = await ScriptedRun.StartAsync();
        run.Source.Add("b", "a.log", "one\ntwo\nthree\n");
        run.Source.Add("b", "b.log", "four\n");
        (await run.CollectAsync()).Done.ShouldBeTrue();
        (await run.State.RepairAsync(ScriptedRun.Key, default)).ShouldBeTrue();
    }

    public ValueTask DisposeAsync() => run.DisposeAsync();

    [Fact]
    public async Task What_is_held_stays_when_the_CI_has_the_logs_no_more()
    {
        run.Source.BeforeList = _ => throw Expired;

        var (done, receipt) = await run.CollectAsync();

        done.ShouldBeTrue();
        await ShouldBeKeptAsync(receipt, gone: true, Expired.Message);
    }

    [Fact]
    public async Task What_is_held_stays_when_the_CI_names_no_logs_any_more()
    {
        run.Source.Logs["b"].Clear();

        await ShouldBeKeptAsync((await run.CollectAsync()).Receipt, gone: true, Receipt.NoLogs);
    }

    [Fact]
    public async Task What_is_held_stays_when_every_attempt_to_list_the_logs_fails()
    {
        run.Source.BeforeList = _ => throw Away;

        var (done, receipt) = await run.CollectAsync();

        done.ShouldBeFalse();
        await ShouldBeKeptAsync(receipt, gone: false, Away.Message);
    }

    [Fact]
    public async Task What_is_held_stays_when_a_rule_forbids_to_read_the_logs()
    {
        run.Source.BeforeList = _ => throw Forbidden;

        var (done, receipt) = await run.CollectAsync();

        done.ShouldBeFalse();
        receipt.Attempts.ShouldBe(1);
        await ShouldBeKeptAsync(receipt, gone: false, Forbidden.Message);
    }

    [Fact]
    public async Task What_is_held_stays_and_nothing_beside_it_when_the_second_log_cannot_be_read()
    {
        run.Source.Logs["b"]["a.log"] = "other\ntext\nof\nmore lines\n"u8.ToArray();
        run.Source.BeforeRead = (file, _) =>
        {
            if (file == "b.log")
            {
                throw Away;
            }
        };

        await ShouldBeKeptAsync((await run.CollectAsync()).Receipt, gone: false, Away.Message);
    }

    [Fact]
    public async Task What_is_held_stays_when_one_of_its_logs_is_gone()
    {
        run.Source.BeforeOpen = file =>
        {
            if (file == "b.log")
            {
                throw Expired;
            }
        };

        await ShouldBeKeptAsync((await run.CollectAsync()).Receipt, gone: true, Expired.Message);
    }

    [Fact]
    public async Task A_log_that_was_never_held_may_be_gone()
    {
        run.Source.Add("b", "c.log", "");
        run.Source.BeforeOpen = file =>
        {
            if (file == "c.log")
            {
                throw Expired;
            }
        };

        var receipt = (await run.CollectAsync()).Receipt;

        (receipt.Generation, receipt.Entries, receipt.GivenUp).ShouldBe((2, 4, null));
        (run.Held("a.log"), run.Held("b.log")).ShouldBe((3, 1));
    }

    [Fact]
    public async Task After_a_reading_that_was_given_up_the_next_one_is_of_a_generation_of_its_own()
    {
        run.Source.BeforeList = _ => throw Expired;
        await run.CollectAsync();
        await run.State.RepairAsync(ScriptedRun.Key, default);
        (await run.PendingAsync()).Single().Generation.ShouldBe(3);
        await run.CollectAsync();
        run.Source.BeforeList = _ => { };
        await run.State.RepairAsync(ScriptedRun.Key, default);

        var receipt = (await run.CollectAsync()).Receipt;

        (receipt.Generation, receipt.GivenUp).ShouldBe((4, null));
        receipt.Reasons.ShouldBeEmpty();
        (run.Held("a.log"), run.Held("b.log")).ShouldBe((3, 1));
    }

    [Fact]
    public async Task A_build_that_says_to_be_held_and_is_not_is_a_failure()
    {
        await run.Index.DeleteOlderGenerationsAsync(ScriptedRun.Key, 2, default, default);
        run.Source.BeforeList = _ => throw Away;

        var (done, receipt) = await run.CollectAsync();

        (done, receipt.Status).ShouldBe((false, ReceiptStatus.Failed));
    }

    private async Task ShouldBeKeptAsync(Receipt receipt, bool gone, string reason)
    {
        (receipt.Status, receipt.Generation, receipt.Entries).ShouldBe((ReceiptStatus.Complete, 1, 4));
        receipt.Reasons.ShouldHaveSingleItem().ShouldContain(reason);
        receipt.GivenUp.ShouldNotBeNull().Gone.ShouldBe(gone);
        (run.Held("a.log"), run.Held("b.log")).ShouldBe((3, 1));
        (await run.PendingAsync()).ShouldBeEmpty();
    }
}
