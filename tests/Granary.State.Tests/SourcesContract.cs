using Granary.Core.Cursors;
using Granary.Core.Model;
using Granary.Core.Ports;
using static Granary.State.Tests.TestBuilds;

namespace Granary.State.Tests;

public abstract class SourcesContract : StateStoreContract
{
    private static SourceDefinition Definition(string id, string name) =>
        new() { Id = id, Name = name, Kind = "zuul", Address = $"https://{id}.example.org/api" };

    [Fact]
    public async Task A_source_is_read_as_it_was_saved()
    {
        var source = Definition("a", "A") with
        {
            Tenant = "openstack",
            PollInterval = TimeSpan.FromSeconds(17),
            AllowedHosts = ["storage.example.net:8443"],
            TokenFile = "/run/secrets/token",
            MaxConnections = 3,
            Paused = true,
            PurgeLater = true,
            Filter = new SourceFilter { Jobs = ["tempest*"], Files = ["**/*.txt"], Results = ["FAILURE"], Since = Start.AddTicks(1) },
        };
        await Store.SaveSourceAsync(source, Cancellation);

        (await Store.ReadSourcesAsync(Cancellation)).ShouldHaveSingleItem().ShouldHaveTheContentOf(source);
    }

    [Fact]
    public async Task Sources_come_by_name()
    {
        foreach (var name in new[] { "b", "C", "a" })
        {
            await Store.SaveSourceAsync(Definition($"id-of-{name}", name), Cancellation);
        }

        (await Store.ReadSourcesAsync(Cancellation)).Select(source => source.Name).ShouldBe(["C", "a", "b"]);
    }

    [Fact]
    public async Task Saving_replaces_the_source_with_the_id()
    {
        await Store.SaveSourceAsync(Definition("a", "before"), Cancellation);
        await Store.SaveSourceAsync(Definition("a", "after"), Cancellation);

        (await Store.ReadSourcesAsync(Cancellation)).ShouldHaveSingleItem().Name.ShouldBe("after");
    }

    [Fact]
    public async Task A_name_in_use_is_refused()
    {
        await Store.SaveSourceAsync(Definition("a", "same"), Cancellation);

        (await Should.ThrowAsync<ArgumentException>(() => Store.SaveSourceAsync(Definition("b", "same"), Cancellation)))
            .Message.ShouldContain("same");
        (await Store.ReadSourcesAsync(Cancellation)).ShouldHaveSingleItem().Id.ShouldBe("a");
    }

    [Fact]
    public async Task Removing_a_source_forgets_all_but_its_receipts_and_what_may_be_half_read()
    {
        await Store.SaveSourceAsync(Definition(Source, "OpenDev"), Cancellation);
        await TakeAsync(Page(new(1, 9), Finished(1), Finished(2), Running(3)));
        await CompleteAsync(Finished(1));
        await Store.RemoveSourceAsync(Source, Cancellation);

        (await Store.ReadSourcesAsync(Cancellation)).ShouldBeEmpty();
        (await Store.ReadCursorAsync(Source, Cancellation)).ShouldBe(new CursorState());
        (await OrphansAsync()).ShouldHaveSingleItem().Build.Key.ShouldBe(Key(2));
        (await Store.ReadOrphansAsync(new HashSet<string> { Source }, 9, Cancellation)).ShouldBeEmpty();
        (await Store.ReadOpenAsync(Source, 9, Cancellation)).ShouldBeEmpty();
        (await ReceiptsAsync()).ShouldHaveSingleItem();
        (await Store.ReadTotalsAsync(Source, Cancellation)).Complete.ShouldBe(1);
    }

    [Fact]
    public async Task A_cursor_of_a_removed_source_is_stale_when_the_source_comes_back()
    {
        var old = (await TakeAsync(Page(new(1, 9)))).Cursor;
        await Store.RemoveSourceAsync(Source, Cancellation);
        await TakeAsync(Page(new(1, 2)));

        await Should.ThrowAsync<StaleCursorException>(
            () => Store.TakeAsync(Source, old.Version, Page(new(10, 19)), Rules, Cancellation));
    }

    [Fact]
    public async Task An_orphan_is_forgotten_and_its_build_may_be_listed_again()
    {
        await Store.SaveSourceAsync(Definition(Source, "OpenDev"), Cancellation);
        await TakeAsync(Finished(1), Finished(2));
        (await OrphansAsync()).ShouldBeEmpty();
        await Store.RemoveSourceAsync(Source, Cancellation);
        foreach (var orphan in await OrphansAsync())
        {
            await Store.ForgetOrphanAsync(orphan, Cancellation);
            await Store.ForgetOrphanAsync(orphan, Cancellation);
        }

        (await OrphansAsync()).ShouldBeEmpty();
        await Store.SaveSourceAsync(Definition(Source, "OpenDev"), Cancellation);
        (await TakeAsync(Finished(1))).Cursor.Pending.ShouldBe(1);
        (await OnlyPendingAsync()).Generation.ShouldBe(1);
    }

    [Fact]
    public async Task Pending_builds_of_a_source_that_comes_back_go_on()
    {
        await Store.SaveSourceAsync(Definition(Source, "OpenDev"), Cancellation);
        await TakeAsync(Finished(1), Finished(2));
        await Store.RemoveSourceAsync(Source, Cancellation);
        await Store.SaveSourceAsync(Definition(Source, "OpenDev"), Cancellation);

        (await OrphansAsync()).ShouldBeEmpty();
        var taken = await TakeAsync(Finished(2), Finished(3));
        (taken.Added, taken.Known, taken.Cursor.Pending).ShouldBe((1, 1, 3));
    }

    [Fact]
    public async Task An_orphan_whose_source_came_back_while_its_lines_were_deleted_is_read_from_its_start()
    {
        await Store.SaveSourceAsync(Definition(Source, "OpenDev"), Cancellation);
        await TakeAsync(Finished(1));
        await Store.RemoveSourceAsync(Source, Cancellation);
        var orphan = (await OrphansAsync()).ShouldHaveSingleItem();
        await Store.SaveSourceAsync(Definition(Source, "OpenDev"), Cancellation);
        await Store.ForgetOrphanAsync(orphan, Cancellation);

        var pending = await OnlyPendingAsync();
        (pending.Generation, pending.ReadBefore, pending.Checkpoint).ShouldBe((2, true, null));
    }

    private Task<IReadOnlyList<PendingBuild>> OrphansAsync() => Store.ReadOrphansAsync(new HashSet<string>(), 9, Cancellation);
}
