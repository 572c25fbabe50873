using Granary.Core.Chunks;
using Granary.Core.Queries;
using Granary.Core.Search;

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
}
