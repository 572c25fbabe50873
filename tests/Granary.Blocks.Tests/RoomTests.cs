using Granary.Core.Ports;
using Granary.Core.Queries;

namespace Granary.Blocks.Tests;

public sealed class RoomTests : IDisposable
{
    private readonly IndexFixture index = new();
    private readonly FullDiskLayer disk = new();

    public void Dispose() => index.Dispose();

    [Fact]
    public async Task A_full_disk_is_told_leaves_no_file_behind_and_passes()
    {
        await using var writer = BlockIndexWriter.Open(index.Options with { Layer = disk });
        await TestLogs.WriteAsync(writer, (TestLogs.Log("a"), "one\n"));
        disk.Full = true;

        var error = await Should.ThrowAsync<IndexUnavailableException>(() => TestLogs.WriteAsync(writer, (TestLogs.Log("b"), "two\n")));

        error.Message.ShouldContain("No space left");
        Directory.GetFiles(Path.Combine(index.Folder, "segments")).Length.ShouldBe(1);
        disk.Full = false;
        await TestLogs.WriteAsync(writer, (TestLogs.Log("b"), "two\n"));
        (await index.LinesAsync(new AllNode())).ShouldBe(["one", "two"]);
    }

    [Fact]
    public async Task The_floor_of_free_disk_stops_writing_until_there_is_room()
    {
        await using var writer = BlockIndexWriter.Open(index.Options with { Layer = disk, FreeDiskFloor = 1_000_000 });
        disk.Free = 2_000_000;

        var error = await Should.ThrowAsync<IndexUnavailableException>(() => TestLogs.WriteAsync(writer, (TestLogs.Log("a"), "one\n")));

        error.Message.ShouldContain("floor");
        disk.Free = long.MaxValue;
        await TestLogs.WriteAsync(writer, (TestLogs.Log("a"), "one\n"));
        (await index.LinesAsync(new AllNode())).ShouldBe(["one"]);
    }

    [Fact]
    public async Task The_largest_size_stops_writing()
    {
        await using var writer = BlockIndexWriter.Open(index.Options with { MaxSize = 1000 });

        var error = await Should.ThrowAsync<IndexUnavailableException>(() => TestLogs.WriteAsync(writer, (TestLogs.Log("a"), "one\n")));

        error.Message.ShouldContain("allowed");
    }
}
