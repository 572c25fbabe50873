using System.Diagnostics;
using System.Globalization;
using Granary.Blocks;
using Granary.Core.Ports;
using Granary.Core.Queries;
using Granary.Core.Search;

namespace Granary.Benchmarks.Whole;

/// <summary>Latencies of distinct queries on a collected folder, warm, in process, and ripgrep on the plain files beside them.</summary>
internal static class SearchBenchmark
{
    // Queries before the measured ones: code compiled, directories read.
    private const int WarmUp = 100;

    private static readonly string[] Common =
        ["error", "test", "info", "process", "browser", "warning", "file", "start", "pass", "task", "python", "build", "main", "window"];

    private static readonly (string Name, Func<int, string> Query, Func<int, string[]> Ripgrep, int Limit)[] Kinds =
    [
        ("rare word", n => $"rareword{n:d4}x", n => ["-i", "-w", $"rareword{n:d4}x"], 100),
        ("absent word", n => $"absentword{n:d4}y", n => ["-i", "-w", $"absentword{n:d4}y"], 100),
        ("phrase", n => $"\"{LogFarm.PhraseOf(n)}\"", n => ["-i", $@"\b{LogFarm.PhraseOf(n)}\b"], 100),
        ("wildcard", n => $"*needle-{n:d4}-hay*", n => ["-i", "-F", $"needle-{n:d4}-hay"], 100),
        ("common, first 100", n => Common[n % Common.Length], n => ["-i", "-w", "-m", "100", Common[n % Common.Length]], 100),
    ];

    public static async Task<int> RunAsync(string data, string logs)
    {
        await using var index = BlockIndex.Open(Path.Combine(data, "index"));
        foreach (var (name, query, ripgrep, limit) in Kinds)
        {
            for (var n = 0; n < WarmUp; n++)
            {
                await AskAsync(index, query(LogFarm.Marks + n), limit);
                await AskAsync(index, query(n * 3), limit);
            }

            var times = new List<double>();
            var hits = 0L;
            for (var n = 0; n < LogFarm.Marks; n++)
            {
                var clock = Stopwatch.GetTimestamp();
                hits += await AskAsync(index, query(n), limit);
                times.Add(Stopwatch.GetElapsedTime(clock).TotalMilliseconds);
            }

            times.Sort();
            var others = Enumerable.Range(0, 5).Select(n => Ripgrep(ripgrep(n * 7), logs)).Order().ToList();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name,-18} p50 {times[times.Count / 2],8:F2} ms  p99 {times[times.Count * 99 / 100],8:F2} ms  max {times[^1],8:F2} ms  {hits / (double)LogFarm.Marks,6:F1} hits each; ripgrep median {others[2],8:F0} ms"));
        }

        return 0;
    }

    private static async Task<long> AskAsync(ILineSearch index, string text, int limit)
    {
        var request = new SearchRequest
        {
            Query = QueryParser.Parse(text, DateTimeOffset.UtcNow), Limit = limit, CountBudget = TimeSpan.FromTicks(1),
        };
        var hits = 0L;
        await foreach (var found in index.SearchAsync(request, CancellationToken.None))
        {
            hits += found is LineHit ? 1 : 0;
        }

        return hits;
    }

    private static double Ripgrep(string[] pattern, string logs)
    {
        var clock = Stopwatch.GetTimestamp();
        MeasuredProcess.Run("rg", [.. pattern, "-a", "--no-filename", logs]);
        return Stopwatch.GetElapsedTime(clock).TotalMilliseconds;
    }
}
