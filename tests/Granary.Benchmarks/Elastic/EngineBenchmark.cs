using System.Diagnostics;
using System.Text.Json;
using Granary.Benchmarks.Blocks;
using Granary.Core.Lines;
using Granary.Core.Masking;
using Granary.Elastic;

namespace Granary.Benchmarks.Elastic;

/// <summary>
/// What a real engine and we spend on writing with a mapping: <c>positions</c> or <c>match-only</c>. The index stays, for
/// <see cref="EngineQueries"/>; the engine should be one that nobody needs.
/// </summary>
internal static class EngineBenchmark
{
    internal static readonly string[] Mappings = ["positions", "match-only"];

    /// <summary>Where the lines of so many copies of the corpus are.</summary>
    internal static ElasticOptions Options(Uri url, string mapping, int copies) =>
        new() { Urls = [url], Positions = mapping == "positions", Prefix = $"bench-{mapping}-{copies}" };

    internal static async Task<int> RunAsync(Uri url, string mapping, byte[][] logs, int copies)
    {
        if (!Mappings.Contains(mapping))
        {
            Console.Error.WriteLine($"elastic engine: a mapping is one of {string.Join(", ", Mappings)}");
            return 2;
        }

        var options = Options(url, mapping, copies);
        using var http = new HttpClient { BaseAddress = url, Timeout = TimeSpan.FromMinutes(30) };

        // An engine just started compiles its code: its first minute is not what it costs, nor is ours.
        await WriteAsync(options with { Prefix = $"bench-warm-{Environment.ProcessId}" }, logs, first: 1000, 1);
        await RemoveAsync(http, $"{options.Prefix}-*");
        var engineBefore = await CpuAsync(http);
        var (own, elapsed, raw) = await WriteAsync(options, logs, first: 0, copies);
        var written = await CpuAsync(http) - engineBefore;
        var index = $"{options.Prefix}-lines-2026.01.01";
        var grown = (await SizeAsync(http, index)).Bytes;
        using var merged = await http.PostAsync(new Uri($"{index}/_forcemerge?max_num_segments=1", UriKind.Relative), null);
        using var refreshed = await http.PostAsync(new Uri($"{index}/_refresh", UriKind.Relative), null);
        var (bytes, lines) = await SizeAsync(http, index);
        var gigabytes = raw / 1e9;
        Console.WriteLine($"{mapping}: {lines} lines, {raw / 1e6:F0} MB raw in {elapsed.TotalSeconds:F1} s ({raw / 1e6 / elapsed.TotalSeconds:F1} MB/s, {lines / elapsed.TotalSeconds:F0} lines/s)");
        Console.WriteLine($"  engine {written.TotalSeconds / gigabytes:F0} CPU s a GB ({(await CpuAsync(http) - engineBefore).TotalSeconds / gigabytes:F0} with a merge to one segment), ours {own.TotalSeconds / gigabytes:F2} ({own / written:P1})");
        Console.WriteLine($"  disk {(double)grown / raw:P1} of raw as written, {(double)bytes / raw:P1} after the merge");
        await RemoveAsync(http, $"bench-warm-{Environment.ProcessId}-*");
        return 0;
    }

    /// <summary>Writes copies that differ in their digits; making them does not count.</summary>
    private static async Task<(TimeSpan Own, TimeSpan Elapsed, long Raw)> WriteAsync(ElasticOptions options, byte[][] logs, int first, int copies)
    {
        var (own, elapsed, raw) = (TimeSpan.Zero, TimeSpan.Zero, 0L);
        await using var writer = await ElasticIndex.OpenWriterAsync(options, TimeProvider.System, default);
        for (var copy = first; copy < first + copies; copy++)
        {
            var varied = logs.Select(log => CorpusLogs.Vary(log, copy)).ToArray();
            var (before, clock) = (Environment.CpuUsage.TotalTime, Stopwatch.StartNew());
            await ElasticBenchmark.WriteAsync(writer, ElasticBenchmark.Chunks(varied, new LineRules { Masker = new Masker() }, copy));
            (own, elapsed, raw) = (own + Environment.CpuUsage.TotalTime - before, elapsed + clock.Elapsed, raw + varied.Sum(log => (long)log.Length));
        }

        return (own, elapsed, raw);
    }

    private static async Task RemoveAsync(HttpClient http, string pattern)
    {
        using var indices = JsonDocument.Parse(await http.GetByteArrayAsync(new Uri($"{pattern}/_settings/index.uuid?expand_wildcards=all", UriKind.Relative)));
        foreach (var index in indices.RootElement.EnumerateObject())
        {
            using var answer = await http.DeleteAsync(new Uri(index.Name, UriKind.Relative));
        }
    }

    /// <summary>The engine's processor time so far.</summary>
    internal static async Task<TimeSpan> CpuAsync(HttpClient http)
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
