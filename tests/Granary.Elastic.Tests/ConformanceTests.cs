using Granary.Conformance;
using Granary.Core.Chunks;
using Granary.Core.Queries;
using Granary.Core.Search;

namespace Granary.Elastic.Tests;

/// <summary>The suite that every index answers alike, on the real engine.</summary>
public abstract class ConformanceTests(ConformanceIndex index)
{
    public static TheoryData<string> Queries() => [.. ConformanceSuite.Queries.Select(query => query.Text)];

    [Theory]
    [MemberData(nameof(Queries))]
    public async Task A_query_of_the_suite_has_its_hits_in_order(string text)
    {
        var search = await index.SearchAsync();
        var expected = ConformanceSuite.Queries.Single(query => query.Text == text).Hits;
        var query = QueryParser.Parse(text, ConformanceSuite.Now);

        var events = await search.SearchAsync(new SearchRequest { Query = query, Limit = 0 }, default).ToListAsync();
        events.OfType<LineHit>().Select(hit => new ConformanceHit(hit.Build.Key, hit.Line.File, hit.Line.Number, hit.Line.Part))
            .ShouldBe(expected);
        events[^1].ShouldBeOfType<SearchSummary>().Total.ShouldBe(expected.Count);
        (await search.CountAsync(query, TimeSpan.Zero, default)).ShouldSatisfyAllConditions(
            summary => summary.Total.ShouldBe(expected.Count),
            summary => summary.Exact.ShouldBeTrue());
    }

    [Theory]
    [MemberData(nameof(Queries))]
    public async Task A_query_read_in_pages_of_two_has_the_same_hits(string text)
    {
        var search = await index.SearchAsync();
        var expected = ConformanceSuite.Queries.Single(query => query.Text == text).Hits;
        var query = QueryParser.Parse(text, ConformanceSuite.Now);
        var hits = new List<LineHit>();
        HitKey? after = null;
        for (var more = true; more && hits.Count <= expected.Count;)
        {
            var page = await search.SearchAsync(new SearchRequest { Query = query, Limit = 2, After = after }, default).OfType<LineHit>().ToListAsync();
            hits.AddRange(page);
            after = page.LastOrDefault()?.Key;
            more = page.Count == 2;
        }

        hits.Select(hit => new ConformanceHit(hit.Build.Key, hit.Line.File, hit.Line.Number, hit.Line.Part)).ShouldBe(expected);
    }

    [Theory]
    [MemberData(nameof(Queries))]
    public async Task Hits_of_a_query_of_the_suite_lie_in_the_buckets_of_their_time(string text)
    {
        var search = await index.SearchAsync();
        var query = ConformanceSuite.Queries.Single(query => query.Text == text);
        var parsed = QueryParser.Parse(text, ConformanceSuite.Now);
        ConformanceHistogram.Faults(query, await search.HistogramAsync(parsed, null, TimeSpan.Zero, default)).ShouldBeEmpty();
        ConformanceHistogram.Faults(query, await search.HistogramAsync(parsed, TimeSpan.FromSeconds(1), TimeSpan.Zero, default)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Hits_have_the_commonest_values_that_are_stated()
    {
        var search = await index.SearchAsync();
        var faults = new List<string?>();
        foreach (var asked in ConformanceFacets.All)
        {
            faults.Add(asked.Fault(await search.FacetsAsync(QueryParser.Parse(asked.Query, ConformanceSuite.Now), asked.Field, 10, TimeSpan.Zero, default)));
        }

        faults.OfType<string>().ShouldBeEmpty();
        await Should.ThrowAsync<QueryNotSupportedException>(() => search.FacetsAsync(QueryParser.Parse("*", default), "colour", 10, TimeSpan.Zero, default));
    }

    [Fact]
    public async Task Lines_come_back_as_they_were_written()
    {
        var search = await index.SearchAsync();
        foreach (var build in ConformanceSuite.Builds)
        {
            foreach (var file in build.Files)
            {
                var entries = file.Lines.SelectMany((line, number) => line.Parts.Select((part, at) => (number + 1L, at, part, line.Severity, Nanoseconds(line)))).ToArray();
                var read = await search.ReadLinesAsync(build.Build.Key, file.Path, 1, long.MaxValue, _ => { }, default).ToListAsync();
                read.Select(line => (line.Number, line.Part, System.Text.Encoding.UTF8.GetString(line.Text.Span), line.Severity, line.Time)).ShouldBe(entries);
                read.ShouldAllBe(line => line.File == file.Path);
            }
        }
    }

    private static long Nanoseconds(ConformanceLine line) => (line.Time - DateTimeOffset.UnixEpoch)?.Ticks * 100 ?? Chunk.NoTime;
}
