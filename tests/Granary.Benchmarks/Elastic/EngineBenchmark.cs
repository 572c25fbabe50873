using System.Diagnostics;
using System.Text.Json;
using Granary.Core.Lines;
using Granary.Core.Masking;
using Granary.Core.Queries;
using Granary.Core.Search;
using Granary.Elastic;

namespace Granary.Benchmarks.Elastic;

/// <summary>What a real engine spends on the mapping that is chosen and on the other, and how fast each answers.</summary>
internal static class EngineBenchmark
{
    private static readonly string[] Queries =
        ["segmentation", "\"connection refused\"", "\"info mochitest\"", "*egmentation*", "\"leak* process\"", "test", "\"test pass\"", "nothinghere"];

    internal static async Task RunAsync(Uri url, byte[][] logs, int copies)
    {
        // An engine just started compiles its code: its first minute is not what it costs.
        await using (var warming = await ElasticIndex.OpenWriterAsync(new ElasticOptions { Urls = [url], Prefix = $"bench-warm-{Environment.ProcessId}" }, TimeProvider.System, default))
        {
            await ElasticBenchmark.WriteAsync(warming, ElasticBenchmark.Chunks(logs, new LineRules { Masker = new Masker() }));
        }

        foreach (var positions in new[] { false, true })
        {
            var options = new ElasticOptions { Urls = [url], Positions = positions, Prefix = $"bench-{(positions ? "positions" : "match-only")}-{Environment.ProcessId}" };
            await MeasureAsync(url, options, logs, copies);
        }
    }

    private static async Task MeasureAsync(Uri url, ElasticOptions options, byte[][] logs, int copies)
    {
        using var http = new HttpClient { BaseAddress = url, Timeout = TimeSpan.FromMinutes(10) };
        var raw = logs.Sum(log => (long)log.Length) * copies;
        var (engineBefore, ownBefore, clock) = (await CpuAsync(http), Environment.CpuUsage.TotalTime, Stopwatch.StartNew());
        await using (var writer = await ElasticIndex.OpenWriterAsync(options, TimeProvider.System, default))
        {
            for (var copy = 0; copy < copies; copy++)
            {
                await ElasticBenchmark.WriteAsync(writer, ElasticBenchmark.Chunks(logs, new LineRules { Masker = new Masker() }, copy));
            }
        }

        var (own, elapsed) = (Environment.CpuUsage.TotalTime - ownBefore, clock.Elapsed);
        var index = $"{options.Prefix}-lines-2026.01.01";
        using var merged = await http.PostAsync(new Uri($"{index}/_forcemerge?max_num_segments=1", UriKind.Relative), null);
        using var refreshed = await http.PostAsync(new Uri($"{index}/_refresh", UriKind.Relative), null);
        var engine = await CpuAsync(http) - engineBefore;
        var (bytes, lines) = await SizeAsync(http, index);
        var gigabytes = raw / 1e9;
        Console.WriteLine($"{(options.Positions ? "text with positions" : "match_only_text")}: {lines} lines, {raw / 1e6:F0} MB raw in {elapsed.TotalSeconds:F1} s ({raw / 1e6 / elapsed.TotalSeconds:F1} MB/s)");
        Console.WriteLine($"  engine {engine.TotalSeconds / gigabytes:F0} CPU s a GB, ours {own.TotalSeconds / gigabytes:F1} ({own / engine:P1}); disk {(double)bytes / raw:P1} of raw after a merge");
        await using var search = await ElasticIndex.OpenSearchAsync(options, TimeProvider.System, default);
        foreach (var text in Queries)
        {
            await MeasureQueryAsync(search, text);
        }
    }

    private static async Task MeasureQueryAsync(ElasticLineSearch search, string text)
    {
        var query = QueryParser.Parse(text, DateTimeOffset.UnixEpoch);
        var times = new double[7];
        var summary = default(SearchSummary);
        for (var round = -2; round < times.Length; round++)
        {
            var clock = Stopwatch.StartNew();
            summary = await search.SearchAsync(new SearchRequest { Query = query, Limit = 100 }, default).OfType<SearchSummary>().SingleAsync();
            if (round >= 0)
            {
                times[round] = clock.Elapsed.TotalMilliseconds;
            }
        }

        Array.Sort(times);
        Console.WriteLine($"  {text,-28} {times[times.Length / 2],8:F1} ms, first 100 of {summary!.Total}{(summary.Exact ? "" : "+")}");
    }

    private static async Task<TimeSpan> CpuAsync(HttpClient http)
    {
        using var stats = JsonDocument.Parse(await http.GetByteArrayAsync(new Uri("_nodes/stats/process", UriKind.Relative)));
        return TimeSpan.FromMilliseconds(stats.RootElement.GetProperty("nodes").EnumerateObject()
            .Sum(node => node.Value.GetProperty("process").GetProperty("cpu").GetProperty("total_in_millis").GetInt64()));
    }

    private static async Task<(long Bytes, long Lines)> SizeAsync(HttpClient http, string index)
    {
        using var stats = JsonDocument.Parse(await http.GetByteArrayAsync(new Uri($"{index}/_stats/store,docs", UriKind.Relative)));
        var primaries = stats.RootElement.GetProperty("_all").GetProperty("primaries");
        return (primaries.GetProperty("store").GetProperty("size_in_bytes").GetInt64(), primaries.GetProperty("docs").GetProperty("count").GetInt64());
    }
}
