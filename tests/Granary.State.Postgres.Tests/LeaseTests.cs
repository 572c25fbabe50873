using Granary.Core.Model;
using Granary.Core.Ports;
using Granary.State.Tests;
using static Granary.State.Tests.TestBuilds;

namespace Granary.State.Postgres.Tests;

public sealed class LeaseTests(PostgresFixture postgres) : IAsyncLifetime
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    private PostgresStateStore store = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        store = PostgresFixture.Open(await postgres.CreateDatabaseAsync());
        await AddSourceAsync();
    }

    public ValueTask DisposeAsync() => store.DisposeAsync();

    [Fact]
    public async Task Due_builds_are_leased_newest_first_up_to_the_bound()
    {
        await TakeAsync(1, 2, 3);

        (await LeaseAsync(bound: 2)).Select(leased => leased.Lease.Build).ShouldBe([Key(3), Key(2)], ignoreOrder: true);
        (await LeaseAsync(bound: 2)).ShouldBeEmpty();
        (await LeaseAsync(bound: 9)).Select(leased => leased.Lease.Build).ShouldBe([Key(1)]);
    }

    [Fact]
    public async Task A_first_lease_is_not_read_before_and_a_second_is()
    {
        await TakeAsync(1);
        var first = (await LeaseAsync()).ShouldHaveSingleItem();
        await store.ReleaseAsync(first.Lease, Cancellation);
        var second = (await LeaseAsync()).ShouldHaveSingleItem();

        (first.Lease.Epoch, first.Pending.ReadBefore).ShouldBe((1, false));
        (second.Lease.Epoch, second.Pending.ReadBefore).ShouldBe((2, true));
    }

    [Fact]
    public async Task A_leased_build_of_a_removed_source_is_no_orphan_yet()
    {
        await TakeAsync(1, 2);
        await LeaseAsync(bound: 1);
        await store.RemoveSourceAsync(Source, Cancellation);

        (await OrphansAsync()).ShouldHaveSingleItem().Build.Key.ShouldBe(Key(1));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(-5)]
    public async Task An_orphan_that_was_leased_since_it_was_read_is_left_to_the_next_look(int minutes)
    {
        await TakeAsync(1);
        await store.RemoveSourceAsync(Source, Cancellation);
        var stale = (await OrphansAsync()).ShouldHaveSingleItem();
        await AddSourceAsync();
        var lease = (await LeaseAsync(duration: TimeSpan.FromMinutes(minutes))).ShouldHaveSingleItem().Lease;
        await store.RemoveSourceAsync(Source, Cancellation);

        await store.ForgetOrphanAsync(stale, Cancellation);

        await store.RenewAsync(lease, TimeSpan.FromMinutes(-2), Cancellation);
        var orphan = (await OrphansAsync()).ShouldHaveSingleItem();
        await store.RenewAsync(lease, TimeSpan.Zero, Cancellation);
        await store.ForgetOrphanAsync(orphan, Cancellation);
        await store.RenewAsync(lease, TimeSpan.FromMinutes(-2), Cancellation);
        await store.ForgetOrphanAsync((await OrphansAsync()).ShouldHaveSingleItem(), Cancellation);
        (await OrphansAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Builds_of_a_removed_source_are_not_leased()
    {
        await TakeAsync(1);
        await store.RemoveSourceAsync(Source, Cancellation);

        (await LeaseAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_expired_lease_is_given_again()
    {
        await TakeAsync(1);
        await LeaseAsync(duration: TimeSpan.FromTicks(10));

        (await LeaseAsync()).ShouldHaveSingleItem().Lease.Epoch.ShouldBe(2);
    }

    [Fact]
    public async Task A_build_that_waits_for_its_next_try_is_not_leased()
    {
        await TakeAsync(1);
        var leased = (await LeaseAsync()).ShouldHaveSingleItem();
        await store.Under(leased.Lease).SavePendingAsync(leased.Pending with { NextTry = Rules.Now.AddHours(1) }, Cancellation);
        await store.ReleaseAsync(leased.Lease, Cancellation);

        (await LeaseAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_stale_holder_can_neither_renew_save_nor_complete()
    {
        await TakeAsync(1);
        var stale = (await LeaseAsync(duration: TimeSpan.Zero)).ShouldHaveSingleItem();
        var fresh = (await LeaseAsync()).ShouldHaveSingleItem();

        (await store.RenewAsync(stale.Lease, Long, Cancellation)).ShouldBeFalse();
        await Should.ThrowAsync<LeaseLostException>(() => store.Under(stale.Lease).SavePendingAsync(stale.Pending, Cancellation));
        await Should.ThrowAsync<LeaseLostException>(() => store.Under(stale.Lease).CompleteAsync(Receipt(Finished(1)), Cancellation));
        (await store.ReadReceiptAsync(Key(1), Cancellation)).ShouldBeNull();
        (await store.RenewAsync(fresh.Lease, Long, Cancellation)).ShouldBeTrue();
        await store.Under(fresh.Lease).CompleteAsync(Receipt(Finished(1)), Cancellation);
        (await store.ReadReceiptAsync(Key(1), Cancellation)).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_receipt_under_a_lease_is_written_once()
    {
        await TakeAsync(1);
        var leased = (await LeaseAsync()).ShouldHaveSingleItem();
        await store.Under(leased.Lease).CompleteAsync(Receipt(Finished(1)), Cancellation);

        await Should.ThrowAsync<LeaseLostException>(() => store.Under(leased.Lease).CompleteAsync(Receipt(Finished(1)), Cancellation));
        (await store.ReadTotalsAsync(Source, Cancellation)).Complete.ShouldBe(1);
    }

    [Fact]
    public async Task Many_owners_never_lease_a_build_twice()
    {
        await TakeAsync(Enumerable.Range(1, 60).ToArray());
        var leases = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => LeaseAsync(bound: 100))));

        leases.SelectMany(some => some).Select(leased => leased.Lease).ShouldAllBe(lease => lease.Epoch == 1);
        leases.Sum(some => some.Count).ShouldBe(60);
    }

    private Task AddSourceAsync() =>
        store.SaveSourceAsync(new() { Id = Source, Name = Source, Kind = "zuul", Address = "https://zuul.example.org/api" }, Cancellation);

    private Task<IReadOnlyList<PendingBuild>> OrphansAsync() => store.ReadOrphansAsync(new HashSet<string>(), 9, Cancellation);

    private Task<IReadOnlyList<LeasedBuild>> LeaseAsync(int bound = 100, TimeSpan? duration = null) =>
        store.LeaseAsync(Source, Rules.Now, bound, duration ?? Long, Cancellation);

    private async Task TakeAsync(params int[] numbers)
    {
        var cursor = await store.ReadCursorAsync(Source, Cancellation);
        await store.TakeAsync(Source, cursor.Version, Page(null, numbers.Select(number => Finished(number))), Rules, Cancellation);
    }
}
