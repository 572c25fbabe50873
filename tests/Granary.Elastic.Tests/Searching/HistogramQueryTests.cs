using Granary.Core.Queries;
using Granary.Elastic.Tests.Faults;

namespace Granary.Elastic.Tests.Searching;

public sealed class HistogramQueryTests
{
    private const string Sound = """{"total":1,"failed":0}""";

    [Theory]
    [InlineData(90, 1)]
    [InlineData(4_000_000_000, 80_000)]
    public async Task Lines_that_come_between_two_questions_widen_the_buckets(long later, long width)
    {
        await using var proxy = await StandIn.StartAsync(request => !request.Path.EndsWith("/_search", StringComparison.Ordinal) ? null
            : request.Text.Contains("date_histogram", StringComparison.Ordinal)
                ? Aggregated(3, $$$"""{"times":{"buckets":[{"key":10000,"doc_count":2},{"key":{{{later * 1000}}},"doc_count":1}]}}""")
                : Aggregated(2, """{"first":{"value":10000},"last":{"value":12000},"early":{"doc_count":0}}"""));
        await using var search = new ElasticLineSearch(StandIn.Client(proxy), new EngineInfo(EngineKind.OpenSearch, new Version(2, 19)));

        var histogram = await search.HistogramAsync(QueryParser.Parse("job:unit", default), null, TimeSpan.Zero, default);

        histogram.Total.ShouldBe(3);
        histogram.Buckets.Sum(bucket => bucket.Count).ShouldBe(3);
        histogram.Buckets.Select(bucket => bucket.Width).Distinct().ShouldBe([TimeSpan.FromSeconds(width)]);
        histogram.Buckets.Single(bucket => bucket.Count == 1).Start.ShouldBe(DateTimeOffset.FromUnixTimeSeconds(later / width * width));
    }

    private static EngineAnswer Aggregated(int total, string aggregations) => StandIn.Found(Sound, total: total, more: $",\"aggregations\":{aggregations}");
}
