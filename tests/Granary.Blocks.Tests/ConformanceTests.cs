using Granary.Blocks.Reading;
using Granary.Conformance;
using Granary.Core.Queries;

namespace Granary.Blocks.Tests;

public sealed class ConformanceTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 1)]
    [InlineData(3, 1_000_000)]
    [InlineData(1000, 1_000_000)]
    public async Task Every_query_of_the_suite_has_the_hits_that_are_stated(int entriesEach, long segmentBytes)
    {
        using var index = new IndexFixture();
        await using var writer = BlockIndexWriter.Open(index.Options with { SegmentBytes = segmentBytes });
        await TestLogs.WriteAsync(writer, ConformanceChunks.All(entriesEach, new DateOnly(2026, 11, 20)));
        var wrong = new List<string>();
        foreach (var query in ConformanceSuite.Queries)
        {
            var parsed = QueryParser.Parse(query.Text, ConformanceSuite.Now);
            var hits = await index.SearchAsync(parsed);
            var found = hits.Select(hit => new ConformanceHit(hit.Build.Key, hit.Line.File, hit.Line.Number, hit.Line.Part)).ToList();
            if (!found.SequenceEqual(query.Hits))
            {
                wrong.Add($"{query.Text}: too many [{string.Join(", ", found.Except(query.Hits))}], too few [{string.Join(", ", query.Hits.Except(found))}]");
            }
        }

        wrong.ShouldBeEmpty();
    }

    [Fact]
    public async Task Hits_of_every_query_of_the_suite_lie_in_the_buckets_of_their_time()
    {
        using var index = new IndexFixture();
        await using var writer = BlockIndexWriter.Open(index.Options);
        await TestLogs.WriteAsync(writer, ConformanceChunks.All(1000, new DateOnly(2026, 11, 20)));
        await using var search = BlockIndex.Open(index.Folder);
        var wrong = new List<string>();
        foreach (var query in ConformanceSuite.Queries)
        {
            var parsed = QueryParser.Parse(query.Text, ConformanceSuite.Now);
            wrong.AddRange(ConformanceHistogram.Faults(query, await search.HistogramAsync(parsed, null, TimeSpan.Zero, default)));
            wrong.AddRange(ConformanceHistogram.Faults(query, await search.HistogramAsync(parsed, TimeSpan.FromSeconds(1), TimeSpan.Zero, default)));
        }

        wrong.ShouldBeEmpty();
    }

    [Fact]
    public async Task Hits_have_the_commonest_values_that_are_stated()
    {
        using var index = new IndexFixture();
        await using var writer = BlockIndexWriter.Open(index.Options);
        await TestLogs.WriteAsync(writer, ConformanceChunks.All(3, new DateOnly(2026, 11, 20)));
        await using var search = BlockIndex.Open(index.Folder);
        var faults = new List<string?>();
        foreach (var asked in ConformanceFacets.All)
        {
            faults.Add(asked.Fault(await search.FacetsAsync(QueryParser.Parse(asked.Query, ConformanceSuite.Now), asked.Field, 10, TimeSpan.Zero, default)));
        }

        faults.OfType<string>().ShouldBeEmpty();
        await Should.ThrowAsync<QueryNotSupportedException>(() => search.FacetsAsync(QueryParser.Parse("*", default), "colour", 10, TimeSpan.Zero, default));
    }
}
