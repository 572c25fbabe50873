using System.Diagnostics;
using Granary.Blocks.Format;
using Granary.Blocks.Writing;
using Granary.Core.Text;

namespace Granary.Benchmarks.Blocks;

/// <summary>What packing a block costs, by part: warm, one core, median of the rounds.</summary>
public static class PackingBenchmark
{
    private const int Rounds = 5;

    public static async Task RunAsync(string[] args)
    {
        var corpus = new CorpusLogs(args.Length > 0 ? args[0] : Environment.GetEnvironmentVariable("GRANARY_CORPUS") ?? "../shared/corpus");
        var texts = new List<byte[]>();
        await foreach (var chunk in corpus.ChunksAsync(1))
        {
            texts.Add(chunk.Text.ToArray());
            chunk.Dispose();
        }

        var scanner = new TermScanner();
        var target = new byte[2 * SegmentFormat.MaxBlockBytes];
        Measure("brotli", texts, text => System.IO.Compression.BrotliEncoder.TryCompress(text, target, out _, 2, 18));
        Measure("fold", texts, text => Folding.Fold(text, target));
        var trigrams = new TrigramSet();
        Measure("trigrams", texts, text =>
        {
            trigrams.Clear();
            trigrams.AddLines(text);
        });
        Measure("tokens found", texts, text =>
        {
            var walk = new TokenEnumerator(text);
            while (walk.MoveNext())
            {
            }
        });
        Measure("all terms", texts, text => scanner.Scan(text, []));
    }

    private static void Measure(string what, List<byte[]> texts, Action<byte[]> work)
    {
        var times = new List<double>();
        for (var round = 0; round < Rounds + 2; round++)
        {
            var clock = Stopwatch.StartNew();
            foreach (var text in texts)
            {
                work(text);
            }

            times.Add(clock.Elapsed.TotalSeconds);
        }

        var median = times.Skip(2).Order().ElementAt(Rounds / 2);
        Console.WriteLine($"{what,-14} {texts.Sum(text => (long)text.Length) / median / 1e6:F0} MB/s");
    }
}
