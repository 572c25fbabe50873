using System.Diagnostics;
using System.Text;
using Granary.Core.Chunks;
using Granary.Core.Model;
using Granary.Core.Queries;
using Granary.Core.Text;

namespace Granary.Benchmarks.Queries;

/// <summary>
/// Tokenising, folding, scanning and deciding over the corpus that <c>GRANARY_CORPUS</c> names (made-up lines without it), in MB/s
/// on one core: the median of several rounds, the tasks taking turns.
/// </summary>
internal static class QueryBenchmark
{
    private const int Rounds = 7;
    private const int MostBytes = 64 << 20;
    private const int BlockBytes = 256 * 1024;

    private static readonly string[] Queries = ["zqxjkvw", "error", "disk", "\"no space left\"", "*exception*", "foo OR bar OR timeout", "ошибка"];

    /// <summary>Runs all of it; takes no arguments.</summary>
    internal static void Run()
    {
        var text = Load();
        var folded = new byte[Folding.MaxLength(text.Length)];
        var tasks = new List<(string Name, Func<long> Work)>
        {
            ("tokenise", () => Tokens(text)),
            ("fold", () => Folding.Fold(text, folded)),
            ("tokenise and fold each token", () => FoldedTokens(text)),
        };
        tasks.AddRange(Queries.Select(query => ($"scan blocks for {query}", (Func<long>)(() => Hits(text, query, scan: true)))));
        tasks.Add(("decide every line for error", () => Hits(text, "error", scan: false)));
        var times = tasks.Select(_ => new List<double>()).ToList();
        var results = new long[tasks.Count];
        for (var round = 0; round < Rounds; round++)
        {
            for (var task = 0; task < tasks.Count; task++)
            {
                var start = Stopwatch.GetTimestamp();
                results[task] = tasks[task].Work();
                times[task].Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            }
        }

        Console.WriteLine($"{text.Length / 1e6:F0} MB");
        for (var task = 0; task < tasks.Count; task++)
        {
            Console.WriteLine($"{tasks[task].Name,-40} {text.Length / 1e6 / times[task].Order().ElementAt(Rounds / 2),8:F0} MB/s   ({results[task]})");
        }
    }

    private static long Tokens(byte[] text)
    {
        var count = 0L;
        foreach (var token in new TokenEnumerator(text))
        {
            count += token.Length > 0 ? 1 : 0;
        }

        return count;
    }

    private static long FoldedTokens(byte[] text)
    {
        Span<byte> folded = stackalloc byte[1024];
        var sum = 0L;
        foreach (var token in new TokenEnumerator(text))
        {
            sum += token.Length <= 512 ? Folding.Fold(token, folded) : 0;
        }

        return sum;
    }

    private static long Hits(byte[] text, string query, bool scan)
    {
        var matcher = LineMatcher.Compile(QueryParser.Parse(query, DateTimeOffset.UnixEpoch));
        var hits = 0L;
        for (var start = 0; start < text.Length;)
        {
            var rest = text.AsSpan(start, Math.Min(BlockBytes, text.Length - start));
            var block = rest[..(rest.LastIndexOf((byte)'\n') + 1)];
            block = block.IsEmpty ? rest : block;
            hits += scan ? Scanned(matcher, block) : Decided(matcher, block);
            start += block.Length;
        }

        return hits;
    }

    private static long Scanned(LineMatcher matcher, ReadOnlySpan<byte> block)
    {
        var hits = 0L;
        var scanner = matcher.Scan(block);
        for (var at = scanner.Next(0); at >= 0;)
        {
            var start = block[..at].LastIndexOf((byte)'\n') + 1;
            var length = block[at..].IndexOf((byte)'\n');
            var end = length < 0 ? block.Length : at + length;
            hits += matcher.Matches(block[start..end], Chunk.NoTime, null, Severity.None) ? 1 : 0;
            at = scanner.Next(end + 1);
        }

        return hits;
    }

    private static long Decided(LineMatcher matcher, ReadOnlySpan<byte> block)
    {
        var hits = 0L;
        foreach (var range in block.Split((byte)'\n'))
        {
            hits += matcher.Matches(block[range], Chunk.NoTime, null, Severity.None) ? 1 : 0;
        }

        return hits;
    }

    private static byte[] Load()
    {
        using var text = new MemoryStream();
        if (Environment.GetEnvironmentVariable("GRANARY_CORPUS") is { Length: > 0 } folder)
        {
            foreach (var path in Directory.EnumerateFiles(folder, "*.gz").Order(StringComparer.Ordinal).TakeWhile(_ => text.Length < MostBytes))
            {
                text.Write(CorpusFile.Read(path));
            }
        }
        else
        {
            var random = new Random(1);
            while (text.Length < MostBytes)
            {
                text.Write(Encoding.UTF8.GetBytes($"2026-11-01 12:00:{random.Next(60):D2} | node-{random.Next(9)} | step {random.Next()} finished without error\n"));
            }
        }

        return text.ToArray();
    }
}
