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
    public async Task Removing_a_source_forgets_all_but_its_receipts()
    {
        await Store.SaveSourceAsync(Definition(Source, "OpenDev"), Cancellation);
        await TakeAsync(Page(new(1, 9), Finished(1), Finished(2), Running(3)));
        await CompleteAsync(Finished(1));
        await Store.RemoveSourceAsync(Source, Cancellation);

        (await Store.ReadSourcesAsync(Cancellation)).ShouldBeEmpty();
        (await Store.ReadCursorAsync(Source, Cancellation)).ShouldBe(new CursorState());
        (await PendingAsync()).ShouldBeEmpty();
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
}
