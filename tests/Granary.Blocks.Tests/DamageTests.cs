using System.Text;
using Granary.Blocks.Catalogue;
using Granary.Blocks.Format;
using Granary.Core.Queries;
using Granary.Core.Search;

namespace Granary.Blocks.Tests;

public sealed class DamageTests : IDisposable
{
    private const int Builds = 6;

    private readonly IndexFixture index = new();

    public void Dispose() => index.Dispose();

    [Fact]
    public async Task A_flipped_bit_anywhere_is_reported_and_costs_no_more_than_one_part()
    {
        var file = await WriteSegmentAsync();
        var sound = await File.ReadAllBytesAsync(file);
        var random = new Random(11);
        var positions = Enumerable.Range(0, 120).Select(_ => random.Next(sound.Length))
            .Concat(Enumerable.Range(0, 64)).Concat(Enumerable.Range(sound.Length - 64, 64)).ToList();
        foreach (var position in positions)
        {
            var damaged = (byte[])sound.Clone();
            damaged[position] ^= (byte)(1 << random.Next(8));
            await File.WriteAllBytesAsync(file, damaged);

            var reported = await CheckAsync();
            reported.ShouldNotBeEmpty($"bit at {position}");
            reported.ShouldAllBe(damage => damage.Where.StartsWith("0000000001.seg", StringComparison.Ordinal));
            // Each build has one line with "common"; a block holds two builds or so, a page of logs all.
            var found = (await index.SearchAsync(new PhraseNode(["common"]))).Count;
            var lostPage = reported.Any(damage => damage.Where.Contains("page", StringComparison.Ordinal));
            found.ShouldBeInRange(lostPage ? 0 : Builds - 1, Builds, $"bit at {position}: {reported[0]}");
        }
    }

    [Fact]
    public async Task A_search_names_the_damaged_block_and_goes_on()
    {
        var file = await WriteSegmentAsync();
        var bytes = await File.ReadAllBytesAsync(file);
        bytes[SegmentFormat.HeaderSize + 100] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);

        var events = await index.EventsAsync(new SearchRequest { Query = new AllNode(), Limit = 0 });

        events.OfType<IndexDamage>().ShouldHaveSingleItem().Where.ShouldBe("0000000001.seg block 0");
        events.OfType<LineHit>().Select(hit => hit.Build.Key.Id).Distinct().Count().ShouldBe(Builds - 1);
    }

    [Fact]
    public async Task Counts_histograms_and_logs_tell_of_a_damaged_block_and_go_on()
    {
        var file = await WriteSegmentAsync();
        var bytes = await File.ReadAllBytesAsync(file);
        bytes[SegmentFormat.HeaderSize + 100] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);
        await using var reader = BlockIndex.Open(index.Folder);
        var hit = (await index.SearchAsync(new PhraseNode(["common"]))).ToDictionary(found => found.Build.Key);
        var query = new PhraseNode(["common"]);

        var count = await reader.CountAsync(query, TimeSpan.Zero, CancellationToken.None);
        count.Total.ShouldBe(Builds - 1);
        count.Exact.ShouldBeFalse();
        count.Damages.ShouldHaveSingleItem().Where.ShouldBe("0000000001.seg block 0");
        var histogram = await reader.HistogramAsync(query, null, TimeSpan.Zero, CancellationToken.None);
        histogram.Total.ShouldBe(Builds - 1);
        histogram.Exact.ShouldBeFalse();
        histogram.Damages.ShouldHaveSingleItem().Where.ShouldBe("0000000001.seg block 0");
        (await index.EventsAsync(new SearchRequest { Query = query, Limit = 0 })).OfType<SearchSummary>().Single().Exact.ShouldBeFalse();

        var told = new List<IndexDamage>();
        var lines = 0;
        for (var build = 0; build < Builds; build++)
        {
            lines += (await reader.ReadLinesAsync(
                TestLogs.Log($"b{build}").Build.Key, "job.txt", 1, long.MaxValue, told.Add, CancellationToken.None).ToListAsync()).Count;
        }

        lines.ShouldBeGreaterThan(0);
        told.ShouldHaveSingleItem().Where.ShouldBe("0000000001.seg block 0");
        hit.Count.ShouldBe(Builds - 1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_segment_missing_or_cut_short_is_reported_and_the_others_stay(bool missing)
    {
        await using (var writer = index.OpenWriter())
        {
            await TestLogs.WriteAsync(writer, (TestLogs.Log("a"), "common\n"));
            await TestLogs.WriteAsync(writer, (TestLogs.Log("b"), "common\n"));
        }

        if (missing)
        {
            File.Delete(index.SegmentFiles[0]);
        }
        else
        {
            var bytes = await File.ReadAllBytesAsync(index.SegmentFiles[0]);
            await File.WriteAllBytesAsync(index.SegmentFiles[0], bytes[..^10]);
        }

        await using (index.OpenWriter())
        {
        }

        var events = await index.EventsAsync(new SearchRequest { Query = new PhraseNode(["common"]) });
        events.OfType<LineHit>().ShouldHaveSingleItem().Build.Key.Id.ShouldBe("b");
        events.OfType<IndexDamage>().ShouldHaveSingleItem().Where.ShouldStartWith("0000000001.seg");
        (await CheckAsync()).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_newer_catalogue_is_refused()
    {
        await using (var writer = index.OpenWriter())
        {
            await TestLogs.WriteAsync(writer, (TestLogs.Log("a"), "x\n"));
        }

        using (var database = SqliteFile.Open(Path.Combine(index.Folder, "index.db"), create: false))
        {
            database.Execute("PRAGMA user_version = 2");
        }

        Should.Throw<IndexFormatException>(() => index.OpenWriter());
        await Should.ThrowAsync<IndexFormatException>(() => index.LinesAsync(new AllNode()));
    }

    [Fact]
    public async Task A_newer_segment_is_refused()
    {
        var file = await WriteSegmentAsync();
        var bytes = await File.ReadAllBytesAsync(file);
        var sink = new ByteSink();
        (SegmentHeader.Read(bytes.AsSpan(0, SegmentFormat.HeaderSize)) with { Version = 2 }).Write(sink);
        sink.Written.CopyTo(bytes);
        await File.WriteAllBytesAsync(file, bytes);

        await Should.ThrowAsync<IndexFormatException>(() => index.LinesAsync(new AllNode()));
    }

    [Fact]
    public async Task Bytes_at_random_are_damage_and_nothing_worse()
    {
        var file = await WriteSegmentAsync();
        var sound = await File.ReadAllBytesAsync(file);
        var random = new Random(23);
        for (var round = 0; round < 150; round++)
        {
            var damaged = (byte[])sound.Clone();
            for (var left = random.Next(1, 40); left > 0; left--)
            {
                var start = random.Next(damaged.Length);
                random.NextBytes(damaged.AsSpan(start, Math.Min(random.Next(1, 60), damaged.Length - start)));
            }

            await File.WriteAllBytesAsync(file, random.Next(4) == 0 ? damaged[..random.Next(damaged.Length)] : damaged);

            (await CheckAsync()).ShouldNotBeEmpty();
            _ = await index.SearchAsync(new WildcardNode(["comm"], true, true));
        }
    }

    [Fact]
    public void Readers_of_forged_bytes_fail_only_by_saying_so()
    {
        var random = new Random(31);
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            if (round % 2 == 0)
            {
                // Small numbers come further than any.
                bytes = [.. bytes.Select(value => (byte)(value & 7))];
            }

            Forged(() => SegmentDirectory.Read(bytes, 1 << 20));
            Forged(() => Read(bytes));
            Forged(() => ReadPostings(bytes, random.Next(1, 600)));
        }
    }

    private static void Read(byte[] bytes)
    {
        var source = new ByteSource(bytes);
        SegmentLog.Read(ref source, DateOnly.MinValue, 10);
    }

    private static void ReadPostings(byte[] bytes, int blocks)
    {
        var source = new BitSource(bytes);
        var set = new BlockSet(blocks);
        while (true)
        {
            Postings.Read(ref source, blocks, set);
        }
    }

    private static void Forged(Action read)
    {
        try
        {
            read();
        }
        catch (InvalidDataException)
        {
            return;
        }
    }

    private async Task<List<IndexDamage>> CheckAsync()
    {
        await using var reader = BlockIndex.Open(index.Folder);
        return await reader.CheckAsync(CancellationToken.None).ToListAsync();
    }

    private async Task<string> WriteSegmentAsync()
    {
        await using var writer = index.OpenWriter();
        var random = new Random(3);
        var logs = Enumerable.Range(0, Builds).Select(build => (TestLogs.Log($"b{build}"), Text(random)));
        await TestLogs.WriteAsync(writer, [.. logs]);
        return index.SegmentFiles.ShouldHaveSingleItem();
    }

    /// <summary>More than half a block, so that it has one of its own.</summary>
    private static string Text(Random random)
    {
        var text = new StringBuilder("common\n");
        while (text.Length < 140_000)
        {
            text.Append(random.Next().ToString("x", null)).Append(random.Next(4) == 0 ? '\n' : ' ');
        }

        return text.Append('\n').ToString();
    }
}
