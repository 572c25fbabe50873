using Granary.Blocks.Format;
using Granary.Core.Queries;
using Granary.Core.Search;

namespace Granary.Blocks.Tests;

/// <summary>What cannot be read is told of until its builds are read again, whatever is rewritten meanwhile.</summary>
public sealed class LostTests : IDisposable
{
    private const int Builds = 4;

    private readonly IndexFixture index = new();

    public void Dispose() => index.Dispose();

    [Fact]
    public async Task A_damaged_block_is_told_of_after_a_deletion_and_until_its_own_build_is_read_again()
    {
        await using var writer = OpenWriter();
        await WriteAsync(writer, segment => segment.Directory.Blocks[0].Offset);
        var lost = await MissingAsync();

        foreach (var other in Enumerable.Range(0, Builds).Where(build => $"b{build}" != lost))
        {
            await ReadAgainAsync(writer, $"b{other}");

            (await DamagesAsync(new AllNode())).ShouldHaveSingleItem().Where.ShouldContain(" block ");
            (await DamagesAsync(new PhraseNode(["nowhere"]))).ShouldHaveSingleItem();
            (await CheckAsync()).ShouldHaveSingleItem();
            await CountTellsOfItAsync();
        }

        (await MissingAsync()).ShouldBe(lost);
        await ReadAgainAsync(writer, lost);
        (await CheckAsync()).ShouldBeEmpty();
        (await DamagesAsync(new AllNode())).ShouldBeEmpty();
        (await index.LinesAsync(new PhraseNode(["common"]))).Count.ShouldBe(Builds);
    }

    [Fact]
    public async Task A_damaged_page_of_logs_is_told_of_until_all_of_its_builds_are_read_again()
    {
        await using var writer = OpenWriter();
        await WriteAsync(writer, segment => segment.Directory.Pages[0].Offset);

        for (var build = 0; build < Builds; build++)
        {
            (await DamagesAsync(new PhraseNode(["common"]))).ShouldHaveSingleItem().Where.ShouldContain("page 0");
            (await CheckAsync()).ShouldHaveSingleItem();
            await ReadAgainAsync(writer, $"b{build}");
        }

        (await CheckAsync()).ShouldBeEmpty();
        (await index.LinesAsync(new PhraseNode(["common"]))).Count.ShouldBe(Builds);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_segment_that_cannot_be_opened_is_told_of_until_that_is_ended(bool missing)
    {
        await using var writer = OpenWriter();
        await WriteAsync(writer, _ => 0);
        var file = index.SegmentFiles[0];
        await File.WriteAllBytesAsync(file, new byte[1000]);
        if (missing)
        {
            File.Delete(file);
        }

        await ReadAgainAsync(writer, "b0");
        await using var reader = BlockIndex.Open(index.Folder);
        var damages = await reader.CheckAsync(CancellationToken.None).ToListAsync();
        damages.ShouldHaveSingleItem().Where.ShouldBe(Path.GetFileName(file));
        await reader.ForgetAsync(damages, CancellationToken.None);

        (await reader.CheckAsync(CancellationToken.None).ToListAsync()).ShouldBeEmpty();
        (await CheckAsync()).ShouldBeEmpty();
        await ReadAgainAsync(writer, "b1");
        (await index.LinesAsync(new PhraseNode(["common"]))).Count.ShouldBe(2);
    }

    /// <summary>That it counts what a search gives, and says so, though it reads no line for it.</summary>
    private async Task CountTellsOfItAsync()
    {
        await using var reader = BlockIndex.Open(index.Folder);
        var count = await reader.CountAsync(new AllNode(), TimeSpan.Zero, CancellationToken.None);

        count.Total.ShouldBe((await index.SearchAsync(new AllNode())).Count);
        count.Exact.ShouldBeFalse();
        count.Damages.ShouldBe(await DamagesAsync(new AllNode()));
    }

    /// <summary>One that seals a segment only when what is written has ended.</summary>
    private BlockIndexWriter OpenWriter() =>
        BlockIndexWriter.Open(index.Options with { FlushInterval = TimeSpan.FromHours(1), IdleInterval = TimeSpan.FromHours(1) });

    /// <summary>A segment in which every build has a block of its own, with one byte changed.</summary>
    private async Task WriteAsync(BlockIndexWriter writer, Func<SegmentReader, long> place)
    {
        await TestLogs.WriteAsync(writer, [.. Enumerable.Range(0, Builds).Select(build => (TestLogs.Log($"b{build}"), Text(build)))]);
        var file = index.SegmentFiles.ShouldHaveSingleItem();
        long at;
        using (var segment = new SegmentReader(file))
        {
            at = place(segment) + 20;
        }

        // In place: the writer has the file open.
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        stream.Position = at;
        var value = stream.ReadByte();
        stream.Position = at;
        stream.WriteByte((byte)(value ^ 1));
    }

    private static async Task ReadAgainAsync(BlockIndexWriter writer, string build)
    {
        var log = TestLogs.Log(build, generation: 2);
        await TestLogs.WriteAsync(writer, (log, Text(build[1] - '0')));
        await writer.DeleteOlderGenerationsAsync(log.Build.Key, 2, log.IndexDay, CancellationToken.None);
    }

    private async Task<string> MissingAsync()
    {
        var found = (await index.SearchAsync(new PhraseNode(["common"]))).Select(hit => hit.Build.Key.Id);
        return Enumerable.Range(0, Builds).Select(build => $"b{build}").Except(found).ShouldHaveSingleItem();
    }

    private async Task<List<IndexDamage>> DamagesAsync(QueryNode query) =>
        [.. (await index.EventsAsync(new SearchRequest { Query = query, Limit = 0 })).OfType<IndexDamage>()];

    private async Task<List<IndexDamage>> CheckAsync()
    {
        await using var reader = BlockIndex.Open(index.Folder);
        return await reader.CheckAsync(CancellationToken.None).ToListAsync();
    }

    /// <summary>More than half a block.</summary>
    private static string Text(int seed)
    {
        var random = new Random(seed);
        return "common\n" + string.Concat(Enumerable.Range(0, 20_000).Select(_ => $"{random.Next():x}\n"));
    }
}
