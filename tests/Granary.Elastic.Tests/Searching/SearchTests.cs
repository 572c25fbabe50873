using Granary.Core.Chunks;
using Granary.Core.Lines;
using Granary.Core.Model;
using Granary.Core.Queries;
using Granary.Core.Search;

namespace Granary.Elastic.Tests.Searching;

/// <summary>Answers of the real engine beside a scan of the same lines in memory.</summary>
public sealed class SearchTests(RandomIndex index) : IClassFixture<RandomIndex>
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("error")]
    [InlineData("\"no space left\"")]
    [InlineData("disk -full")]
    [InlineData("-error")]
    [InlineData("abc*")]
    [InlineData("*abc")]
    [InlineData("*ab*")]
    [InlineData("no*left")]
    [InlineData("->")]
    [InlineData("\"-> \"")]
    [InlineData("größe job:docs")]
    [InlineData("ix")]
    [InlineData("*tail")]
    [InlineData("*zzz*")]
    [InlineData("yyy*")]
    [InlineData("file:job-output.txt error job:docs")]
    [InlineData("severity>=error")]
    [InlineData("severity:none disk")]
    [InlineData("error OR job:docs")]
    [InlineData("since:2026-11-20T09:30:00Z until:2026-11-20T09:40:00Z")]
    [InlineData("-since:2026-11-20T09:30:00Z error")]
    [InlineData("NOT (error disk) full")]
    [InlineData("* build:b5")]
    public async Task A_search_has_the_hits_of_a_scan_in_order(string text)
    {
        var search = await index.SearchAsync();
        var query = QueryParser.Parse(text, Now);
        var expected = Scan(query);
        var events = await search.SearchAsync(new SearchRequest { Query = query, Limit = 0 }, default).ToListAsync();
        var hits = events.OfType<LineHit>().ToArray();
        hits.Select(hit => hit.Key).ShouldBe(expected.Select(hit => hit.Entry.Key));
        hits.Select(hit => string.Join(' ', hit.Matches)).ShouldBe(expected.Select(hit => string.Join(' ', hit.Spans)));
        events[^1].ShouldBeOfType<SearchSummary>().ShouldSatisfyAllConditions(
            summary => summary.Total.ShouldBe(expected.Count),
            summary => summary.Exact.ShouldBeTrue());
        (await search.CountAsync(query, TimeSpan.Zero, default)).Total.ShouldBe(expected.Count);
        (await search.HistogramAsync(query, null, TimeSpan.Zero, default)).ShouldSatisfyAllConditions(
            histogram => histogram.Total.ShouldBe(expected.Count),
            histogram => histogram.Buckets.Sum(bucket => bucket.Count).ShouldBe(expected.Count(hit => TimeOf(hit.Entry) is not null)));
        var facets = await search.FacetsAsync(query, "job", 10, TimeSpan.Zero, default);
        facets.Exact.ShouldBeTrue();
        facets.Values.OrderBy(value => value.Value, StringComparer.Ordinal).ShouldBe(expected.GroupBy(hit => hit.Entry.Log.Build.Job)
            .Select(group => new FacetValue(group.Key, group.Count())).OrderBy(value => value.Value, StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("error")]
    [InlineData("no*left")]
    public async Task Pages_follow_one_another_without_gap_or_overlap(string text)
    {
        var search = await index.SearchAsync();
        var query = QueryParser.Parse(text, Now);
        var keys = new List<HitKey>();
        HitKey? after = null;
        do
        {
            var page = await search.SearchAsync(new SearchRequest { Query = query, Limit = 7, After = after }, default).OfType<LineHit>().ToListAsync();
            page.Count.ShouldBeLessThanOrEqualTo(7);
            keys.AddRange(page.Select(hit => hit.Key));
            after = page.LastOrDefault()?.Key;
        }
        while (after is not null);
        keys.ShouldBe(Scan(query).Select(hit => hit.Entry.Key));
    }

    [Fact]
    public async Task A_histogram_has_buckets_of_the_width_asked_for_without_gaps()
    {
        var search = await index.SearchAsync();
        var query = QueryParser.Parse("error build:b0", Now);
        var histogram = await search.HistogramAsync(query, TimeSpan.FromMinutes(10), TimeSpan.Zero, default);
        var expected = Scan(query).GroupBy(hit => TimeOf(hit.Entry)!.Value / 600 * 600).ToDictionary(group => group.Key, group => (long)group.Count());
        histogram.Buckets.Where(bucket => bucket.Count > 0).ToDictionary(bucket => bucket.Start.ToUnixTimeSeconds(), bucket => bucket.Count).ShouldBe(expected, ignoreOrder: true);
        histogram.Buckets.Zip(histogram.Buckets.Skip(1)).ShouldAllBe(pair => pair.First.Start + pair.First.Width == pair.Second.Start);
    }

    [Fact]
    public async Task Context_is_the_entries_before_and_after()
    {
        var search = await index.SearchAsync();
        var query = QueryParser.Parse("exit build:b1", Now);
        var log = index.Entries.Where(entry => entry.Log.Build.Key.Id == "b1").ToList();
        var hits = await search.SearchAsync(new SearchRequest { Query = query, Context = 3, Limit = 20 }, default).OfType<LineHit>().ToListAsync();
        hits.ShouldNotBeEmpty();
        foreach (var hit in hits)
        {
            var at = log.FindIndex(entry => entry.Line == hit.Line.Number && entry.Part == hit.Line.Part);
            hit.Before.Select(line => (line.Number, line.Part)).ShouldBe(log[Math.Max(0, at - 3)..at].Select(entry => (entry.Line, entry.Part)));
            hit.After.Select(line => (line.Number, line.Part)).ShouldBe(log[(at + 1)..Math.Min(log.Count, at + 4)].Select(entry => (entry.Line, entry.Part)));
        }
    }

    [Fact]
    public async Task A_hit_knows_its_build_whole_and_the_address_of_its_log()
    {
        var search = await index.SearchAsync();
        var hit = await search.SearchAsync(new SearchRequest { Query = QueryParser.Parse("* build:b2", Now), Limit = 1 }, default).OfType<LineHit>().SingleAsync();
        var log = index.Entries.First(entry => entry.Log.Build.Key.Id == "b2").Log;
        hit.Build.ShouldSatisfyAllConditions(
            build => build.Url.ShouldBe(log.Build.Url),
            build => build.StartedAt.ShouldBe(log.Build.StartedAt));
        hit.FileUrl.ShouldBe(log.FileUrl);
    }

    [Fact]
    public async Task A_count_beyond_its_budget_says_that_it_is_not_exact()
    {
        var search = await index.SearchAsync();
        var summary = await search.CountAsync(QueryParser.Parse("->", Now), TimeSpan.FromTicks(1), default);
        summary.Exact.ShouldBeFalse();
        summary.Total.ShouldBeLessThan(Scan(QueryParser.Parse("->", Now)).Count);
    }

    [Fact]
    public async Task Contents_of_a_build_are_its_entries_its_bytes_and_the_hash_of_its_text()
    {
        var search = await index.SearchAsync();
        var log = index.Entries.Where(entry => entry.Log.Build.Key.Id == "b4").ToArray();
        var contents = await search.ReadContentsAsync(log[0].Log.Build.Key, 1, default);
        contents.OtherGenerations.ShouldBe(0);
        using var chain = new ContentChain();
        foreach (var entry in log)
        {
            chain.Add(entry.Whole.AsSpan(entry.Start, entry.Length));
        }

        contents.Files[log[0].Log.File].ShouldBe(new FileContents(log.Length, log.Sum(entry => entry.Length + 1L), chain.Finish()));
    }

    [Fact]
    public async Task A_sound_index_has_no_damage() => (await (await index.SearchAsync()).CheckAsync(default).ToListAsync()).ShouldBeEmpty();

    private static long? TimeOf(RandomEntry entry) =>
        entry.Time != Chunk.NoTime ? entry.Time / 1_000_000_000 : entry.Log.Build.FinishedAt?.ToUnixTimeSeconds();

    /// <summary>Every entry decided by its whole line.</summary>
    private List<(RandomEntry Entry, IReadOnlyList<MatchSpan> Spans)> Scan(QueryNode query)
    {
        var matcher = LineMatcher.Compile(query);
        var hits = new List<(RandomEntry, IReadOnlyList<MatchSpan>)>();
        foreach (var entry in index.Entries.OrderBy(entry => entry.Key))
        {
            var lines = matcher.DecideBuild(entry.Log.Build, entry.Log.File).Lines;
            var finish = (entry.Log.Build.FinishedAt - DateTimeOffset.UnixEpoch)?.Ticks * 100;
            if (!lines.Matches(entry.Whole, entry.Time, finish, entry.Severity))
            {
                continue;
            }

            var spans = new List<MatchSpan>();
            lines.GetSpans(entry.Whole, spans);
            var end = entry.Start + entry.Length;
            var own = spans.Where(span => span.Start >= entry.Start && span.Start < end)
                .Select(span => new MatchSpan(span.Start - entry.Start, Math.Min(span.Length, end - span.Start))).ToArray();
            if (own.Length > 0 || spans.Count == 0)
            {
                hits.Add((entry, own));
            }
        }

        return hits;
    }
}
