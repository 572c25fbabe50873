using System.Diagnostics;
using System.Text;
using Granary.Blocks;
using Granary.Core.Chunks;
using Granary.Core.Lines;
using Granary.Core.Model;
using Granary.Core.Queries;

namespace Granary.Benchmarks.Blocks;

/// <summary>Many small builds: what one costs as they get more, and the memory they take. Argument: how many.</summary>
public static class SmallBuildsBenchmark
{
    private const int Step = 20_000;

    private static readonly DateTimeOffset Finish = new(2025, 3, 4, 12, 0, 0, TimeSpan.Zero);

    public static async Task RunAsync(string[] args)
    {
        var builds = args.Length > 0 ? int.Parse(args[0], null) : 100_000;
        var folder = Directory.CreateTempSubdirectory("granary-bench-").FullName;
        await using (var writer = BlockIndexWriter.Open(new BlockIndexOptions { Folder = folder }))
        {
            var (answered, clock) = (0, Stopwatch.StartNew());
            await foreach (var _ in writer.WriteAsync(ChunksAsync(builds), CancellationToken.None))
            {
                if (++answered % Step == 0)
                {
                    Console.WriteLine($"{answered} builds, {Step / clock.Elapsed.TotalSeconds:F0} a second, {Anonymous() >> 10} MB anonymous");
                    clock.Restart();
                }
            }
        }

        await using var index = BlockIndex.Open(folder);
        var asking = Stopwatch.StartNew();
        var summary = await index.CountAsync(new PhraseNode([$"of{builds / 2}"]), TimeSpan.Zero, CancellationToken.None);
        Console.WriteLine($"{summary.Total} hits for one of them in {asking.Elapsed.TotalMilliseconds:F1} ms, cold; {Anonymous() >> 10} MB anonymous");
        Directory.Delete(folder, recursive: true);
    }

    private static async IAsyncEnumerable<Chunk> ChunksAsync(int builds)
    {
        var text = new StringBuilder();
        for (var number = 0; number < builds; number++)
        {
            var finish = Finish.AddSeconds(-number);
            var build = new Build { Key = new BuildKey("many", $"b{number}"), Job = "unit", Finished = true, FinishedAt = finish };
            var log = new LogIdentity(build, "job.txt", $"https://ci.example/{number}", 1, DateOnly.FromDateTime(finish.UtcDateTime));
            text.Clear();
            for (var line = 0; line < 30; line++)
            {
                text.Append(finish.AddSeconds(line).ToString("yyyy-MM-ddTHH:mm:ssZ", null)).Append(" INFO step ").Append(line).Append(" of").Append(number).Append('\n');
            }

            var chunker = new LogChunker(log, new LineRules { Reference = finish });
            await foreach (var chunk in chunker.ReadAsync(
                new MemoryStream(Encoding.UTF8.GetBytes(text.ToString())), 0, null, CancellationToken.None))
            {
                yield return chunk;
            }
        }
    }

    /// <summary>RssAnon of this process in KB, as Linux tells it; 0 elsewhere.</summary>
    private static long Anonymous() => !File.Exists("/proc/self/status") ? 0 : File.ReadLines("/proc/self/status")
        .Where(line => line.StartsWith("RssAnon:", StringComparison.Ordinal))
        .Select(line => long.Parse(line["RssAnon:".Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), null)).FirstOrDefault();
}
