using System.Diagnostics;
using System.Globalization;
using Granary.Core.Queries;
using Granary.Core.Search;
using Granary.Elastic;

namespace Granary.Benchmarks.Elastic;

/// <summary>How fast queries are answered from what <see cref="EngineBenchmark"/> wrote, both mappings in turns.</summary>
internal static class EngineQueries
{
    private const int Rounds = 5;

    /// <summary>A query that took so long is not asked again.</summary>
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(10);

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

        Console.WriteLine($"first 100 and the count, ms, median of {Rounds}: {string.Join(" | ", EngineBenchmark.Mappings)}; {copies} copies");
        foreach (var (what, text) in Queries)
        {
            await MeasureAsync(searches, what, text);
        }

        foreach (var search in searches)
        {
            await search.DisposeAsync();
        }
    }

    private static async Task MeasureAsync(List<ElasticLineSearch> searches, string what, string text)
    {
        var request = new SearchRequest { Query = QueryParser.Parse(text, DateTimeOffset.UnixEpoch), Limit = 100 };
        var times = searches.Select(_ => new List<double>()).ToArray();
        var summaries = new SearchSummary?[searches.Count];
        for (var round = -1; round < Rounds; round++)
        {
            foreach (var (index, search) in searches.Index())
            {
                if (times[index].Count > 0 && times[index].Max() > Enough.TotalMilliseconds)
                {
                    continue;
                }

                var clock = Stopwatch.StartNew();
                summaries[index] = await search.SearchAsync(request, default).OfType<SearchSummary>().SingleAsync();
                if (round >= 0 || clock.Elapsed > Enough)
                {
                    times[index].Add(clock.Elapsed.TotalMilliseconds);
                }
            }
        }

        var medians = times.Select(list => list.Order().ElementAt(list.Count / 2).ToString("F1", CultureInfo.InvariantCulture));
        Console.WriteLine($"  {what,-32} {text,-30} {string.Join(" | ", medians)} ms; {string.Join(" | ", summaries.Select(summary => $"{summary!.Total}{(summary.Exact ? "" : "+")}"))} hits");
    }
}
