using Granary.Cluster;
using Granary.Testing;

namespace Granary.ClusterTests;

public class HostLimitGrainTests
{
    private readonly ManualTime time = new();

    [Theory]
    [InlineData(8, 3)]
    [InlineData(3, 2)]
    [InlineData(1, 3)]
    [InlineData(2, 5)]
    public async Task Silos_never_hold_more_than_the_limit_and_each_has_its_turn(int limit, int silos)
    {
        var random = new Random(limit * 31 + silos);
        var grain = new HostLimitGrain(time);
        var (granted, running, turns) = (new int[silos], new int[silos], new int[silos]);
        for (var round = 0; round < 2000; round++)
        {
            var silo = round % silos;
            time.Advance(HostShare.Interval / silos);
            running[silo] = random.Next(running[silo] + 1);
            granted[silo] = await grain.RenewAsync($"{silo}", new(limit, random.Next(1, 20) + running[silo], running[silo], granted[silo]));
            running[silo] = Math.Max(running[silo], granted[silo]);
            turns[silo] += granted[silo] > 0 ? 1 : 0;
            running.Sum().ShouldBeLessThanOrEqualTo(limit);
        }

        turns.ShouldAllBe(count => count > 2000 / silos / silos / 4);
    }

    [Fact]
    public async Task A_silo_alone_gets_all()
    {
        var grain = new HostLimitGrain(time);
        (await grain.RenewAsync("a", new(8, 1, 0, 0))).ShouldBe(0);
        time.Advance(HostShare.Interval * 2);
        (await grain.RenewAsync("a", new(8, 1, 0, 0))).ShouldBe(8);
    }

    [Fact]
    public async Task A_new_activation_gives_out_nothing_before_the_holders_have_told_what_they_hold()
    {
        var grain = new HostLimitGrain(time);
        (await grain.RenewAsync("new", new(8, 5, 0, 0))).ShouldBe(0);
        (await grain.RenewAsync("holder", new(8, 9, 6, 6))).ShouldBe(6);
        time.Advance(HostShare.Interval * 2);
        (await grain.RenewAsync("new", new(8, 5, 0, 0))).ShouldBe(2);
    }

    [Fact]
    public async Task What_a_dead_silo_held_is_free_when_its_lease_has_run_out()
    {
        var grain = new HostLimitGrain(time);
        time.Advance(HostShare.Interval * 2);
        (await grain.RenewAsync("dead", new(4, 4, 0, 0))).ShouldBe(4);
        (await grain.RenewAsync("a", new(4, 4, 0, 0))).ShouldBe(0);
        time.Advance(HostShare.Lease + TimeSpan.FromTicks(1));
        (await grain.RenewAsync("a", new(4, 4, 0, 0))).ShouldBe(4);
    }
}
