using System.Diagnostics;
using System.Globalization;
using Granary.Core.Queries;
using Granary.Core.Search;
using Granary.Elastic;

namespace Granary.Benchmarks.Elastic;

/// <summary>
/// What queries of what <see cref="EngineBenchmark"/> wrote take: the median time, and the engine's processor time, which on a busy machine is the
/// better measure. The mappings take turns.
/// </summary>
internal static class EngineQueries
{
    private const int Fewest = 5;
    private const int Most = 25;

    /// <summary>Beyond this no more rounds are made than are needed.</summary>
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(2);

    /// <summary>A query that took so long is not asked again.</summary>
    private static readonly TimeSpan TooLong = TimeSpan.FromSeconds(15);

    private static readonly (string What, string Text)[] Queries =
    [
        ("absent word", "nothinghere"),
        ("rare word", "copper"),
        ("common word", "test"),
        ("two common words", "test warning"),
        ("absent phrase, rare words", "\"wire copper\""),
        ("rare phrase, rare words", "\"copper wire\""),
        ("rare phrase, common words", "\"build to\""),
        ("rare phrase, very common words", "\"gecko cargo\""),
        ("common phrase", "\"leaving directory\""),
        ("very common phrase", "\"info gecko\""),
        ("phrase of three common words", "\"main thread i\""),
        ("common phrase in few builds", "\"leaving directory\" build:*A"),
        ("part of a word", "*egmentation*"),
    ];

    internal static async Task RunAsync(Uri url, int copies)
    {
        var searches = new List<ElasticLineSearch>();
        foreach (var mapping in EngineBenchmark.Mappings)
        {
            searches.Add(await ElasticIndex.OpenSearchAsync(EngineBenchmark.Options(url, mapping, copies), TimeProvider.System, default));
        }

        using var http = new HttpClient { BaseAddress = url };
        Console.WriteLine($"first 100 and the count: median ms (engine's CPU ms) of {string.Join(" | ", EngineBenchmark.Mappings)}; {copies} copies");
        foreach (var (what, text) in Queries)
        {
            var request = new SearchRequest { Query = QueryParser.Parse(text, DateTimeOffset.UnixEpoch), Limit = 100 };
            var answers = new List<string>();
            var total = "";
            foreach (var search in searches)
            {
                var (median, cpu, summary) = await MeasureAsync(http, search, request);
                answers.Add(string.Create(CultureInfo.InvariantCulture, $"{median:F1} ({cpu:F1})"));
                total = $"{summary.Total}{(summary.Exact ? "" : "+")}";
            }

            Console.WriteLine($"  {what,-32} {text,-30} {string.Join(" | ", answers)}; {total} hits");
        }

        foreach (var search in searches)
        {
            await search.DisposeAsync();
        }
    }

    private static async Task<(double Median, double Cpu, SearchSummary Summary)> MeasureAsync(HttpClient http, ElasticLineSearch search, SearchRequest request)
    {
        var (times, whole) = (new List<double>(), Stopwatch.StartNew());
        var summary = await search.SearchAsync(request, default).OfType<SearchSummary>().SingleAsync();
        if (whole.Elapsed > TooLong)
        {
            return (whole.Elapsed.TotalMilliseconds, double.NaN, summary);
        }

        var before = await EngineBenchmark.CpuAsync(http);
        whole.Restart();
        while (times.Count < Fewest || (times.Count < Most && whole.Elapsed < Enough))
        {
            var clock = Stopwatch.StartNew();
            summary = await search.SearchAsync(request, default).OfType<SearchSummary>().SingleAsync();
            times.Add(clock.Elapsed.TotalMilliseconds);
        }

        var cpu = await EngineBenchmark.CpuAsync(http) - before;
        return (times.Order().ElementAt(times.Count / 2), cpu.TotalMilliseconds / times.Count, summary);
    }
}
