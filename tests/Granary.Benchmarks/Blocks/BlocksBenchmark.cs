using System.Diagnostics;
using Granary.Blocks;
using Granary.Core.Chunks;
using Granary.Core.Queries;
using Granary.Core.Search;

namespace Granary.Benchmarks.Blocks;

/// <summary>
/// Writes the corpus in varied copies into an index and asks it. Arguments: folder of the corpus, copies, folder of the index
/// (kept; only asked when it is there already), blocks packed at a time.
/// </summary>
public static class BlocksBenchmark
{
    public static async Task RunAsync(string[] args)
    {
        var corpus = new CorpusLogs(args.Length > 0 ? args[0] : Environment.GetEnvironmentVariable("GRANARY_CORPUS") ?? "../shared/corpus");
        var copies = args.Length > 1 ? int.Parse(args[1], null) : 3;
        var folder = args.Length > 2 ? args[2] : Directory.CreateTempSubdirectory("granary-bench-").FullName;
        var parallelism = args.Length > 3 ? int.Parse(args[3], null) : 1;
        if (!File.Exists(Path.Combine(folder, "index.db")))
        {
            // Once for the compiler: what is measured then is the steady state.
            var warm = Directory.CreateTempSubdirectory("granary-bench-").FullName;
            await WriteAsync(corpus, warm, 1, parallelism);
            Directory.Delete(warm, recursive: true);
            await WriteAsync(corpus, folder, copies, parallelism);
        }

        await AskAsync(folder, copies);
    }

    private static async Task WriteAsync(CorpusLogs corpus, string folder, int copies, int parallelism)
    {
        var options = new BlockIndexOptions { Folder = folder, Parallelism = parallelism };
        await using var writer = BlockIndexWriter.Open(options);
        var (raw, chunking) = (0L, Stopwatch.StartNew());
        await foreach (var chunk in corpus.ChunksAsync(Math.Min(copies, 2)))
        {
            raw += chunk.Length;
            chunk.Dispose();
        }

        var perByte = chunking.Elapsed.TotalSeconds / raw;
        raw = 0;
        var clock = Stopwatch.StartNew();
        var cpu = Environment.CpuUsage.TotalTime;
        async IAsyncEnumerable<Chunk> Input()
        {
            await foreach (var chunk in corpus.ChunksAsync(copies))
            {
                raw += chunk.Length;
                yield return chunk;
            }
        }

        await foreach (var _ in writer.WriteAsync(Input(), CancellationToken.None))
        {
        }

        var (wall, used) = (clock.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds);
        var stored = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Sum(path => new FileInfo(path).Length);
        Console.WriteLine($"{raw >> 20} MB of lines in {wall:F2} s ({raw / wall / 1e6:F0} MB/s), CPU {used:F2} s ({raw / used / 1e6:F0} MB/s a core); "
            + $"making the chunks alone {1 / perByte / 1e6:F0} MB/s; {100.0 * stored / raw:F2}% of raw");
        Console.WriteLine(SegmentParts.Describe(Path.Combine(folder, "segments"), raw));
    }

    private static async Task AskAsync(string folder, int copies)
    {
        await using var index = BlockIndex.Open(folder);
        var random = new Random(7);
        await MeasureAsync(index, "rare word", 300, _ => new PhraseNode([$"planted{random.Next(1, Math.Max(2, copies)):D5}needle"]));
        await MeasureAsync(index, "absent word", 300, round => new PhraseNode([$"absent{round}nowhere"]));
        await MeasureAsync(index, "common word", 50, round => new PhraseNode([Common[round % Common.Length]]));
        await MeasureAsync(index, "phrase", 100, _ => new PhraseNode(["of", "copper", "wire"]));
        await MeasureAsync(index, "phrase of common words", 20, round => new PhraseNode(Phrases[round % Phrases.Length]));
        await MeasureAsync(index, "wildcard", 100, _ => new WildcardNode([$"nted{random.Next(1, Math.Max(2, copies)):D5}need"], true, true));
    }

    private static readonly string[] Common = ["error", "test", "info", "the", "browser", "mozilla"];

    private static readonly string[][] Phrases = [["test", "failed"], ["undefined", "reference"], ["connection", "refused"], ["task", "completed"]];

    private static async Task MeasureAsync(BlockIndex index, string what, int rounds, Func<int, QueryNode> query)
    {
        var times = new List<double>();
        var hits = 0L;
        for (var round = 0; round < rounds + 10; round++)
        {
            var request = new SearchRequest { Query = query(round), Limit = 100, CountBudget = TimeSpan.Zero };
            var clock = Stopwatch.StartNew();
            await foreach (var found in index.SearchAsync(request, CancellationToken.None))
            {
                hits += found is LineHit ? 1 : 0;
            }

            if (round >= 10)
            {
                times.Add(clock.Elapsed.TotalMilliseconds);
            }
        }

        times.Sort();
        Console.WriteLine($"{what,-24} p50 {times[times.Count / 2]:F2} ms, p99 {times[(int)(times.Count * 0.99)]:F2} ms, {hits / (rounds + 10.0):F1} hits");
    }
}
