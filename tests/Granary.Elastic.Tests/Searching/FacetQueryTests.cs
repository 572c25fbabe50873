using Granary.Core.Chunks;
using Granary.Core.Queries;
using Granary.Core.Search;
using Granary.Elastic.Tests.Faults;

namespace Granary.Elastic.Tests.Searching;

public sealed class FacetQueryTests(Engine engine)
{
    [Fact]
    public async Task Values_of_lines_in_parts_are_counted_before_the_commonest_are_chosen()
    {
        var options = await engine.OptionsAsync() with { WaitSearchable = false };
        await using (var writer = await ElasticIndex.OpenWriterAsync(options, TimeProvider.System, default))
        {
            var part = new string('.', Chunk.MaxEntryBytes + 10);
            foreach (var (job, lines, longs) in new[] { ("a", 10, 0), ("b", 9, 5), ("c", 0, 3), ("d", 4, 0) })
            {
                var text = string.Concat(Enumerable.Repeat("error\n", lines).Concat(Enumerable.Repeat($"error {part}\n", longs)));
                await writer.WriteAsync(TestLogs.Chunks(TestLogs.Log(TestLogs.Build($"of-{job}", job)), text), default).ToListAsync();
            }
        }

        await using var search = await ElasticIndex.OpenSearchAsync(options, TimeProvider.System, default);
        FacetValue[] all = [new("b", 14), new("a", 10), new("d", 4), new("c", 3)];
        for (var limit = 1; limit <= all.Length; limit++)
        {
            var facets = await search.FacetsAsync(QueryParser.Parse("error", default), "job", limit, TimeSpan.Zero, default);
            facets.Exact.ShouldBeTrue();
            facets.Values.ShouldBe(all[..limit]);
        }
    }

    [Fact]
    public async Task Labels_are_counted_whose_name_is_beyond_the_basic_plane()
    {
        var options = await engine.OptionsAsync();
        await using (var writer = await ElasticIndex.OpenWriterAsync(options, TimeProvider.System, default))
        {
            var build = TestLogs.Build("rocket") with { Labels = new Dictionary<string, string> { ["🚀.size"] = "Großes 🚀" } };
            await writer.WriteAsync(TestLogs.Chunks(TestLogs.Log(build), "error\n"), default).ToListAsync();
        }

        await using var search = await ElasticIndex.OpenSearchAsync(options, TimeProvider.System, default);
        (await search.FacetsAsync(QueryParser.Parse("error", default), "label.🚀.size", 5, TimeSpan.Zero, default)).Values.ShouldBe([new("Großes 🚀", 1)]);
    }

    [Fact]
    public async Task Values_that_a_shard_may_have_left_out_are_counted_again_by_name()
    {
        var bodies = new List<string>();
        await using var proxy = await StandIn.StartAsync(request =>
        {
            if (!request.Text.Contains("\"aggs\"", StringComparison.Ordinal))
            {
                return null;
            }

            bodies.Add(request.Text);
            var aggregations = bodies.Count == 1
                ? $$"""{"values":{"doc_count_error_upper_bound":7,"buckets":[{{Bucket("unit", "Unit", 9)}},{{Bucket("docs", "docs", 8)}}] } }"""
                : """{"read":{"buckets":[{"key":"docs","doc_count":12},{"key":"unit","doc_count":9}]}}""";
            return StandIn.Found("""{"total":3,"failed":0}""", total: 40, more: $",\"aggregations\":{aggregations}");
        });
        await using var search = new ElasticLineSearch(StandIn.Client(proxy), new EngineInfo(EngineKind.OpenSearch, new Version(2, 19)));

        var facets = await search.FacetsAsync(QueryParser.Parse("error", default), "job", 2, TimeSpan.Zero, default);

        facets.Values.ShouldBe([new("docs", 12), new("Unit", 9)]);
        facets.Total.ShouldBe(40);
        facets.Exact.ShouldBeFalse("another value may be commoner");
        bodies[1].ShouldContain("""
            "include":["unit","docs"]
            """.Trim());
    }

    private static string Bucket(string key, string written, int count) => $$$"""
        {"key":"{{{key}}}","doc_count":{{{count}}},"one":{"hits":{"hits":[{"_source":{"cicd.pipeline.name":"{{{written}}}"} }] } } }
        """;
}
