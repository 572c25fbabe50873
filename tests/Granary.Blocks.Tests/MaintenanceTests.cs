using System.Text;
using Granary.Blocks.Catalogue;
using Granary.Blocks.Format;
using Granary.Core.Chunks;
using Granary.Core.Queries;
using Granary.Core.Search;

namespace Granary.Blocks.Tests;

public sealed class MaintenanceTests : IDisposable
{
    private readonly IndexFixture index = new();

    public void Dispose() => index.Dispose();

    [Fact]
    public async Task Small_segments_become_one_and_answers_stay_the_same()
    {
        await using var writer = BlockIndexWriter.Open(index.Options with { MergeFactor = 4 });
        for (var build = 0; build < 16; build++)
        {
            await TestLogs.WriteAsync(writer, (TestLogs.Log($"b{build:D2}"), $"line of {build}\nsecond\n"));
        }

        await writer.SettleAsync();

        index.SegmentFiles.Count.ShouldBeLessThan(5);
        (await index.LinesAsync(new PhraseNode(["line", "of"]))).ShouldBe(Enumerable.Range(0, 16).Select(build => $"line of {build}"));
        var again = await TestLogs.WriteAsync(writer, (TestLogs.Log("b07"), "line of 7\nsecond\n"));
        again.ShouldHaveSingleItem().Result.ShouldBe(ChunkResult.Held);
    }

    [Fact]
    public async Task A_damaged_segment_is_left_out_and_the_others_of_its_size_are_merged()
    {
        await using (var first = index.OpenWriter())
        {
            for (var build = 0; build < 9; build++)
            {
                await TestLogs.WriteAsync(first, (TestLogs.Log($"b{build}"), $"line of {build}\n"));
            }
        }

        index.SegmentFiles.Count.ShouldBe(9);
        var bytes = await File.ReadAllBytesAsync(index.SegmentFiles[0]);
        bytes[SegmentFormat.HeaderSize + 2] ^= 1;
        await File.WriteAllBytesAsync(index.SegmentFiles[0], bytes);
        await using var writer = BlockIndexWriter.Open(index.Options with { MergeFactor = 8 });
        await writer.SettleAsync();

        index.SegmentFiles.Count.ShouldBe(2);
        (await index.LinesAsync(new PhraseNode(["line", "of"]))).Count.ShouldBe(8);
    }

    [Fact]
    public async Task What_is_held_stays_held_and_counted_while_segments_merge()
    {
        await using var writer = BlockIndexWriter.Open(
            index.Options with { MergeFactor = 2, FlushInterval = TimeSpan.FromMilliseconds(2), IdleInterval = TimeSpan.FromMilliseconds(1) });
        using var stop = new CancellationTokenSource();
        var written = 0;
        var writing = Task.Run(async () =>
        {
            for (var build = 0; build < 100; build++)
            {
                await TestLogs.WriteAsync(writer, (TestLogs.Log($"b{build}"), $"line of {build}\n"));
                Volatile.Write(ref written, build + 1);
            }

            await stop.CancelAsync();
        });
        var asking = Enumerable.Range(1, 2).Select(back => Task.Run(async () =>
        {
            var wrong = new List<string>();
            while (!stop.IsCancellationRequested)
            {
                var build = Volatile.Read(ref written) - back;
                if (build < 0)
                {
                    continue;
                }

                var log = TestLogs.Log($"b{build}");
                if (await writer.CountAsync(log.Build.Key, 1, log.IndexDay, CancellationToken.None) != 1)
                {
                    wrong.Add($"b{build} is not counted");
                }

                if ((await TestLogs.WriteAsync(writer, (log, $"line of {build}\n"))).Single().Result != ChunkResult.Held)
                {
                    wrong.Add($"b{build} is stored again");
                }
            }

            return wrong;
        })).ToList();

        await writing;
        (await Task.WhenAll(asking)).SelectMany(wrong => wrong).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_search_that_has_begun_is_not_disturbed_by_a_merge()
    {
        await using var writer = BlockIndexWriter.Open(index.Options with { MergeFactor = 100 });
        for (var build = 0; build < 10; build++)
        {
            await TestLogs.WriteAsync(writer, (TestLogs.Log($"b{build}"), "same\n"));
        }

        await using var reader = BlockIndex.Open(index.Folder);
        await using var events = reader.SearchAsync(new SearchRequest { Query = new AllNode(), Limit = 0 }, CancellationToken.None)
            .GetAsyncEnumerator();
        (await events.MoveNextAsync()).ShouldBeTrue();
        await writer.DisposeAsync();
        await using (var merging = BlockIndexWriter.Open(index.Options with { MergeFactor = 2 }))
        {
            await merging.SettleAsync();
        }

        index.SegmentFiles.Count.ShouldBeLessThan(3);
        var hits = 1;
        while (await events.MoveNextAsync())
        {
            hits += events.Current is LineHit ? 1 : 0;
        }

        hits.ShouldBe(10);
        (await reader.CountAsync(new AllNode(), TimeSpan.Zero, CancellationToken.None)).Total.ShouldBe(10);
    }

    [Fact]
    public async Task No_file_holds_the_bytes_of_a_deleted_generation()
    {
        await using var writer = index.OpenWriter();
        var secret = TestLogs.Log("a", "secret-name.txt");
        await TestLogs.WriteAsync(writer, (secret, "secret-text\n"), (TestLogs.Log("b"), "kept\n"));
        await TestLogs.WriteAsync(writer, (TestLogs.Log("a", generation: 2), "clean\n"));

        await writer.DeleteOlderGenerationsAsync(secret.Build.Key, 2, secret.IndexDay, CancellationToken.None);

        (await index.LinesAsync(new AllNode())).ShouldBe(["clean", "kept"]);
        var left = string.Concat(index.SegmentFiles.Select(ReadWhole));
        left.ShouldContain("kept");
        left.ShouldNotContain("secret");
        (await writer.CountAsync(secret.Build.Key, 1, secret.IndexDay, CancellationToken.None)).ShouldBe(0);
        (await writer.CountAsync(secret.Build.Key, 2, secret.IndexDay, CancellationToken.None)).ShouldBe(1);
    }

    [Fact]
    public async Task Named_generations_are_deleted_from_every_file_and_only_they()
    {
        await using var writer = index.OpenWriter();
        for (var generation = 1; generation <= 4; generation++)
        {
            await TestLogs.WriteAsync(writer, (TestLogs.Log("a", generation: generation), $"of {generation}\n"), (TestLogs.Log($"b{generation}"), $"beside {generation}\n"));
        }

        var log = TestLogs.Log("a");
        await writer.DeleteGenerationsAsync(log.Build.Key, 2, 3, log.IndexDay, CancellationToken.None);

        foreach (var (generation, held) in new[] { (1, 1), (2, 0), (3, 0), (4, 1) })
        {
            (await writer.CountAsync(log.Build.Key, generation, log.IndexDay, CancellationToken.None)).ShouldBe(held);
        }

        var left = string.Concat(index.SegmentFiles.Select(ReadWhole));
        left.ShouldNotContain("of 2");
        left.ShouldNotContain("of 3");
        (await index.LinesAsync(new PhraseNode(["beside"]))).Count.ShouldBe(4);
        var again = await TestLogs.WriteAsync(writer, (TestLogs.Log("a", generation: 2), "of 2, another content\n"));
        again.ShouldHaveSingleItem().Result.ShouldBe(ChunkResult.Stored);
        (await writer.CountAsync(log.Build.Key, 2, log.IndexDay, CancellationToken.None)).ShouldBe(1);
    }

    [Fact]
    public async Task A_deletion_of_generations_that_are_not_there_changes_no_file()
    {
        await using var writer = index.OpenWriter();
        var log = TestLogs.Log("a");
        await TestLogs.WriteAsync(writer, (log, "one\n"));
        var before = index.SegmentFiles;

        await writer.DeleteGenerationsAsync(log.Build.Key, 2, 1, log.IndexDay, CancellationToken.None);
        await writer.DeleteGenerationsAsync(log.Build.Key, 2, 9, log.IndexDay, CancellationToken.None);

        index.SegmentFiles.ShouldBe(before);
    }

    [Fact]
    public async Task A_deletion_cut_short_is_hidden_and_finished_after_the_restart()
    {
        var secret = TestLogs.Log("a");
        await using (var writer = index.OpenWriter())
        {
            await TestLogs.WriteAsync(writer, (secret, "secret\n"), (TestLogs.Log("b"), "kept\n"));
        }

        using (var folder = IndexFolder.Open(index.Options))
        {
            folder.Bury(new Tombstone(secret.Build.Key, 2, secret.IndexDay));
            (await index.LinesAsync(new AllNode())).ShouldBe(["kept"]);
        }

        await using (var writer = index.OpenWriter())
        {
            await writer.SettleAsync();
        }

        string.Concat(index.SegmentFiles.Select(ReadWhole)).ShouldNotContain("secret");
        (await index.LinesAsync(new AllNode())).ShouldBe(["kept"]);
    }

    /// <summary>Everything of a segment that is text, decompressed.</summary>
    private static string ReadWhole(string path)
    {
        using var segment = new SegmentReader(path);
        var text = new StringBuilder();
        var lines = new byte[SegmentFormat.MaxBlockBytes];
        for (var block = 0; block < segment.Directory.Blocks.Count; block++)
        {
            text.Append(Encoding.UTF8.GetString(lines, 0, segment.ReadBlock(block, lines)));
        }

        for (var page = 0; page < segment.Directory.Pages.Count; page++)
        {
            text.AppendJoin(' ', segment.ReadPage(page).Select(log => log.Log.File));
        }

        return text.ToString();
    }
}
