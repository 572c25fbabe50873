using System.Text;
using Granary.Core.Queries;
using Granary.Core.Search;

namespace Granary.Blocks.Tests;

public sealed class SearchTests : IDisposable
{
    private readonly IndexFixture index = new();

    public void Dispose() => index.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Search_equals_a_naive_scan(int seed)
    {
        var logs = new RandomLogs(seed);
        var naive = new NaiveIndex();
        await using var writer = BlockIndexWriter.Open(index.Options with
        {
            SegmentBytes = 400_000, MergeFactor = seed % 2 == 0 ? 3 : 0,
        });
        var chunks = await logs.ChunksAsync(builds: 16, days: 3);
        naive.Add(chunks);
        await TestLogs.WriteAsync(writer, chunks);
        await writer.SettleAsync();

        for (var round = 0; round < 40; round++)
        {
            var query = logs.Query();
            var expected = naive.Find(query);
            var hits = await index.SearchAsync(query);
            var found = hits.Select(hit => (hit.Build.Key.Id, hit.Line.File, 1, hit.Line.Number)).Distinct().ToList();

            found.ShouldBe(expected, $"seed {seed}, round {round}: {query}");
            await using var reader = BlockIndex.Open(index.Folder);
            (await reader.CountAsync(query, TimeSpan.Zero, CancellationToken.None)).Total.ShouldBe(hits.Count);
        }
    }

    [Fact]
    public async Task Every_entry_is_given_as_it_was_written()
    {
        var naive = new NaiveIndex();
        await using var writer = BlockIndexWriter.Open(index.Options with { SegmentBytes = 300_000 });
        var chunks = await new RandomLogs(9).ChunksAsync(builds: 20, days: 2);
        naive.Add(chunks);
        await TestLogs.WriteAsync(writer, chunks);

        var hits = await index.SearchAsync(new AllNode());

        hits.Select(hit => (hit.Build.Key.Id, hit.Line.File, hit.Line.Number, hit.Line.Part,
                Encoding.UTF8.GetString(hit.Line.Text.Span), hit.Line.Time, hit.Line.Severity)).Order()
            .ShouldBe(naive.Entries.Select(entry => (entry.Log.Build.Key.Id, entry.Log.File, entry.Line, entry.Part,
                entry.Text, entry.Time, entry.Severity)).Order());
        hits.Select(hit => hit.Key).ShouldBe(hits.Select(hit => hit.Key).Order());
    }

    [Fact]
    public async Task Pages_put_together_are_the_whole_answer()
    {
        await using var writer = BlockIndexWriter.Open(index.Options with { SegmentBytes = 300_000, MergeFactor = 2 });
        await TestLogs.WriteAsync(writer, await new RandomLogs(5).ChunksAsync(builds: 20, days: 3));
        var query = new PhraseNode(["error"]);
        var whole = (await index.SearchAsync(query)).Select(hit => hit.Key).ToList();

        var pages = new List<HitKey>();
        for (HitKey? after = null; ;)
        {
            var events = await index.EventsAsync(new SearchRequest { Query = query, Limit = 97, After = after });
            var page = events.OfType<LineHit>().Select(hit => hit.Key).ToList();
            if (page.Count == 0)
            {
                break;
            }

            pages.AddRange(page);
            after = page[^1];
            await writer.SettleAsync();
        }

        pages.ShouldBe(whole);
        whole.Count.ShouldBeGreaterThan(500);
    }

    [Fact]
    public async Task A_match_across_the_parts_of_a_line_is_a_hit_in_the_part_where_it_begins()
    {
        await using var writer = index.OpenWriter();
        var line = new string('.', 32 * 1024 - 3) + "needle here " + new string('.', 40_000) + "end";
        await TestLogs.WriteAsync(writer, (TestLogs.Log("a"), $"before\n{line}\nafter\n"));

        var hit = (await index.SearchAsync(new PhraseNode(["needle", "here"]))).ShouldHaveSingleItem();

        (hit.Line.Number, hit.Line.Part).ShouldBe((2, 0));
        hit.Matches.ShouldBe([new MatchSpan(32 * 1024 - 3, 3)]);
    }

    [Fact]
    public async Task A_line_is_decided_whole_though_its_parts_lie_in_several_segments()
    {
        await using var writer = BlockIndexWriter.Open(index.Options with { SegmentBytes = 1 });
        var line = "start " + new string('.', 700_000) + " middle " + new string('.', 700_000) + " stop";
        await TestLogs.WriteAsync(writer, (TestLogs.Log("a"), $"before\n{line}\nafter\n"));
        index.SegmentFiles.Count.ShouldBeGreaterThan(4);

        var query = new AndNode([new PhraseNode(["start"]), new PhraseNode(["middle"]), new PhraseNode(["stop"])]);
        var hits = await index.SearchAsync(query);

        hits.Count.ShouldBe(3);
        hits.ShouldAllBe(hit => hit.Line.Number == 2);
        (await index.SearchAsync(new AndNode([query, new NotNode(new PhraseNode(["middle"]))]))).ShouldBeEmpty();
    }

    [Fact]
    public async Task Lines_around_a_hit_come_from_neighbouring_chunks_too()
    {
        await using var writer = BlockIndexWriter.Open(index.Options with { SegmentBytes = 1 });
        var text = string.Concat(Enumerable.Range(1, 20_000).Select(number => $"line number {number} with some padding\n"));
        await TestLogs.WriteAsync(writer, (TestLogs.Log("a"), text));
        var chunks = await TestLogs.ChunksAsync(TestLogs.Log("a"), text);
        chunks.Count.ShouldBeGreaterThan(1);
        var edge = chunks[1].FirstLine;

        foreach (var number in new[] { 1, edge - 1, edge, 20_000 })
        {
            var events = await index.EventsAsync(new SearchRequest { Query = new PhraseNode(["number", $"{number}"]), Context = 3 });
            var hit = events.OfType<LineHit>().ShouldHaveSingleItem();
            hit.Before.Select(line => line.Number).ShouldBe(Enumerable.Range(-3, 3).Select(by => number + by).Where(at => at >= 1));
            hit.After.Select(line => line.Number).ShouldBe(Enumerable.Range(1, 3).Select(by => number + by).Where(at => at <= 20_000));
        }
    }

    [Fact]
    public async Task The_limit_ends_the_hits_but_not_the_count()
    {
        await using var writer = index.OpenWriter();
        await TestLogs.WriteAsync(writer, (TestLogs.Log("a"), string.Concat(Enumerable.Repeat("same\n", 50))));

        var events = await index.EventsAsync(new SearchRequest
        {
            Query = new PhraseNode(["same"]), Limit = 7, CountBudget = TimeSpan.FromMinutes(1),
        });

        events.OfType<LineHit>().Count().ShouldBe(7);
        var summary = events[^1].ShouldBeOfType<SearchSummary>();
        (summary.Total, summary.Exact).ShouldBe((50, true));
    }

    [Fact]
    public async Task Without_a_budget_the_count_stops_at_the_limit_and_says_so()
    {
        await using var writer = BlockIndexWriter.Open(index.Options with { SegmentBytes = 1 });
        await TestLogs.WriteAsync(writer, (TestLogs.Log("a"), "same\n"), (TestLogs.Log("b"), "same\n"));

        var events = await index.EventsAsync(new SearchRequest
        {
            Query = new PhraseNode(["same"]), Limit = 1, CountBudget = TimeSpan.Zero,
        });

        events[^1].ShouldBeOfType<SearchSummary>().Exact.ShouldBeFalse();
    }

    [Fact]
    public async Task A_build_without_finish_comes_last()
    {
        await using var writer = index.OpenWriter();
        await TestLogs.WriteAsync(writer, (TestLogs.Log("a", finished: false), "x\n"), (TestLogs.Log("b"), "x\n"),
            (TestLogs.Log("c", finish: TestLogs.Finish.AddHours(1)), "x\n"));

        (await index.SearchAsync(new AllNode())).Select(hit => hit.Build.Key.Id).ShouldBe(["c", "b", "a"]);
    }

    [Fact]
    public async Task An_index_that_is_not_there_is_empty_until_it_is()
    {
        await using var reader = BlockIndex.Open(index.Folder);
        (await reader.CountAsync(new AllNode(), TimeSpan.Zero, CancellationToken.None)).Total.ShouldBe(0);

        await using var writer = index.OpenWriter();
        await TestLogs.WriteAsync(writer, (TestLogs.Log("a"), "x\n"));

        (await reader.CountAsync(new AllNode(), TimeSpan.Zero, CancellationToken.None)).Total.ShouldBe(1);
    }

    [Fact]
    public async Task A_line_longer_than_all_blocks_that_a_search_keeps_is_found_by_its_parts_and_as_a_whole()
    {
        await using var writer = BlockIndexWriter.Open(index.Options with { SegmentBytes = 1 });
        var line = new StringBuilder("begins ");
        while (line.Length < 12_000_000)
        {
            line.Append(line.Length.ToString("x", null)).Append(' ');
        }

        await TestLogs.WriteAsync(writer, (TestLogs.Log("a"), $"before\n{line}middle {line}ends\nafter\n"));

        (await index.LinesAsync(new PhraseNode(["after"]))).ShouldBe(["after"]);
        (await index.SearchAsync(new WildcardNode(["nds"], true, true))).ShouldHaveSingleItem().Line.Number.ShouldBe(2);
        (await index.SearchAsync(new WildcardNode(["qqq"], true, true))).ShouldBeEmpty();
        // Each part with one of the words is a hit, as the line has both.
        (await index.SearchAsync(new AndNode([new PhraseNode(["begins"]), new PhraseNode(["ends"])]))).Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_line_too_long_to_be_decided_at_once_is_decided_in_pieces_without_a_gap()
    {
        await using var writer = BlockIndexWriter.Open(index.Options with { SegmentBytes = 1 });
        var words = Enumerable.Range(0, 400_000).Select(number => $"w{number}").ToList();
        var line = $"2025-03-04 11:00:00 ERROR {string.Join(' ', words)}";
        await TestLogs.WriteAsync(writer, (TestLogs.Log("a"), $"before\n{line}\nafter\n"));
        await using var pieces = BlockIndex.Open(index.Folder, longestLine: 500_000);

        var parts = await FindAsync(pieces, new AllNode());
        string.Concat(parts.Where(part => part.Line == 2).Select(part => part.Text)).ShouldBe(line);
        (await FindAsync(pieces, QueryParser.Parse("severity:error since:2025-03-04T10:59:00Z until:2025-03-04T11:01:00Z", TestLogs.Finish)))
            .ShouldBe(parts[1..^1]);
        (await FindAsync(pieces, new PhraseNode(["after"]))).ShouldBe([parts[^1]]);
        for (var (at, cut) = (1, 0); at < parts.Count - 2; at++)
        {
            cut += parts[at].Text.Length;
            var first = line.LastIndexOf(' ', cut - 20) + 1;
            var phrase = line[first..line.IndexOf(' ', cut + 20)].Split(' ');

            // Across the cut, before it and behind it.
            (await FindAsync(pieces, new PhraseNode(phrase))).ShouldBe([parts[at]], string.Join(' ', phrase));
            (await FindAsync(pieces, new PhraseNode(phrase[..1]))).ShouldBe([parts[at]], phrase[0]);
            (await FindAsync(pieces, new PhraseNode(phrase[^1..]))).ShouldBe([parts[at + 1]], phrase[^1]);
        }
    }

    [Fact]
    public async Task What_is_decided_in_pieces_is_not_said_to_be_exact()
    {
        await using var writer = BlockIndexWriter.Open(index.Options with { SegmentBytes = 1 });
        var line = $"begins {string.Join(' ', Enumerable.Range(0, 400_000).Select(number => $"w{number}"))} ends";
        await TestLogs.WriteAsync(writer, (TestLogs.Log("a"), $"{line}\n"), (TestLogs.Log("b"), "begins here, ends here\n"));
        await using var whole = BlockIndex.Open(index.Folder);
        await using var pieces = BlockIndex.Open(index.Folder, longestLine: 500_000);
        var query = new AndNode([new PhraseNode(["begins"]), new PhraseNode(["ends"])]);

        (await ExactAsync(whole, query)).ShouldAllBe(exact => exact);
        (await ExactAsync(pieces, query)).ShouldAllBe(exact => !exact);
        (await ExactAsync(pieces, new AllNode())).ShouldAllBe(exact => exact);
        (await ExactAsync(pieces, new AndNode([query, new FieldNode("build", "b")]))).ShouldAllBe(exact => exact);
    }

    /// <summary>What search, count, histogram and facets say of themselves.</summary>
    private static async Task<bool[]> ExactAsync(BlockIndex reader, QueryNode query) =>
    [
        (await reader.SearchAsync(new SearchRequest { Query = query, Limit = 0 }, CancellationToken.None).OfType<SearchSummary>().SingleAsync()).Exact,
        (await reader.CountAsync(query, default, CancellationToken.None)).Exact,
        (await reader.HistogramAsync(query, null, default, CancellationToken.None)).Exact,
        (await reader.FacetsAsync(query, "job", 10, default, CancellationToken.None)).Exact,
        (await reader.FacetsAsync(query, "severity", 10, default, CancellationToken.None)).Exact,
    ];

    private static async Task<List<(long Line, int Part, string Text)>> FindAsync(BlockIndex reader, QueryNode query) =>
        await reader.SearchAsync(new SearchRequest { Query = query, Limit = 0 }, CancellationToken.None).OfType<LineHit>()
            .Select(hit => (hit.Line.Number, hit.Line.Part, Encoding.UTF8.GetString(hit.Line.Text.Span))).ToListAsync();

    [Fact]
    public async Task Lines_are_read_by_number()
    {
        await using var writer = BlockIndexWriter.Open(index.Options with { SegmentBytes = 1 });
        var log = TestLogs.Log("a");
        await TestLogs.WriteAsync(writer, (log, string.Concat(Enumerable.Range(1, 40_000).Select(number => $"line {number} here\n"))));
        await using var reader = BlockIndex.Open(index.Folder);

        var lines = await reader.ReadLinesAsync(log.Build.Key, log.File, 19_998, 20_003, _ => { }, CancellationToken.None).ToListAsync();

        lines.Select(line => Encoding.UTF8.GetString(line.Text.Span))
            .ShouldBe(Enumerable.Range(19_998, 6).Select(number => $"line {number} here"));
        lines.Select(line => line.Number).ShouldBe(Enumerable.Range(19_998, 6).Select(number => (long)number));
    }

    [Fact]
    public async Task Contents_are_what_reading_finds()
    {
        await using var writer = BlockIndexWriter.Open(index.Options with { SegmentBytes = 1 });
        var log = TestLogs.Log("a");
        var text = string.Concat(Enumerable.Range(1, 40_000).Select(number => $"line {number} here\n"));
        var chunks = await TestLogs.ChunksAsync(log, text);
        var chain = chunks.Aggregate(default(Core.Model.ContentHash), (hash, chunk) => hash.Then(chunk.Hash));
        await TestLogs.WriteAsync(writer, chunks);
        await TestLogs.WriteAsync(writer, (TestLogs.Log("a", generation: 2), "one\n"));
        await using var reader = BlockIndex.Open(index.Folder);

        var contents = await reader.ReadContentsAsync(log.Build.Key, 1, CancellationToken.None);

        contents.Files[log.File].ShouldBe(new FileContents(40_000, Encoding.UTF8.GetByteCount(text), chain));
        contents.OtherGenerations.ShouldBe(1);
    }

    [Fact]
    public async Task A_build_that_is_read_again_shows_its_earlier_lines_until_they_are_deleted()
    {
        await using var writer = index.OpenWriter();
        var (first, again) = (TestLogs.Log("a", "x.log"), TestLogs.Log("a", "x.log", generation: 2));
        await TestLogs.WriteAsync(writer, (first, "same\nold\n"), (TestLogs.Log("b"), "same\n"));
        await TestLogs.WriteAsync(writer, (again, "same\nnew\n"), (TestLogs.Log("a", "y.log", generation: 2), "same\n"));
        await using var reader = BlockIndex.Open(index.Folder);

        (await index.LinesAsync(new AllNode())).Order(StringComparer.Ordinal).ShouldBe(["old", "same", "same"]);
        (await reader.CountAsync(new PhraseNode(["same"]), TimeSpan.Zero, CancellationToken.None)).Total.ShouldBe(2);
        (await ShownAsync()).ShouldBe(["same", "old"]);

        await writer.DeleteOlderGenerationsAsync(first.Build.Key, 2, first.IndexDay, CancellationToken.None);

        (await index.LinesAsync(new AllNode())).Order(StringComparer.Ordinal).ShouldBe(["new", "same", "same", "same"]);
        (await ShownAsync()).ShouldBe(["same", "new"]);

        async Task<List<string>> ShownAsync() => [.. (await reader.ReadLinesAsync(first.Build.Key, "x.log", 1, 9, _ => { }, CancellationToken.None).ToListAsync())
            .Select(line => System.Text.Encoding.UTF8.GetString(line.Text.Span))];
    }

    [Fact]
    public async Task A_histogram_counts_every_hit_once()
    {
        await using var writer = index.OpenWriter();
        var lines = Enumerable.Range(0, 3600).Select(second => $"{TestLogs.Finish.AddSeconds(second):yyyy-MM-ddTHH:mm:ssZ} tick\n");
        await TestLogs.WriteAsync(writer, (TestLogs.Log("a"), string.Concat(lines)));
        await using var reader = BlockIndex.Open(index.Folder);

        var histogram = await reader.HistogramAsync(new PhraseNode(["tick"]), null, TimeSpan.Zero, CancellationToken.None);

        histogram.Exact.ShouldBeTrue();
        histogram.Total.ShouldBe(3600);
        histogram.Buckets.Sum(bucket => bucket.Count).ShouldBe(3600);
        histogram.Buckets.Count.ShouldBeInRange(20, 60);
    }
}
