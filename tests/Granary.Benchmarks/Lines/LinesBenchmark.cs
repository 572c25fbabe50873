using Granary.Core.Chunks;
using Granary.Core.Lines;
using Granary.Core.Masking;
using Granary.Core.Model;

namespace Granary.Benchmarks.Lines;

/// <summary>
/// How fast logs become chunks on one core, beside copying the same bytes. Variants take turns within each round, so that what
/// else the machine does falls on all of them. Processor time counts, and the median round.
/// </summary>
internal static class LinesBenchmark
{
    private const int Rounds = 9;

    /// <param name="args">The folder of logs (<c>*.gz</c> or plain); without one, the folder that GRANARY_CORPUS names.</param>
    public static int Run(string[] args)
    {
        var folder = args.FirstOrDefault() ?? Environment.GetEnvironmentVariable("GRANARY_CORPUS");
        if (folder is null || !Directory.Exists(folder))
        {
            Console.Error.WriteLine("lines: name a folder of logs, or set GRANARY_CORPUS");
            return 2;
        }

        var logs = Directory.GetFiles(folder).Order().Select(CorpusFile.Read).ToArray();
        var identity = new LogIdentity(
            new Build { Key = new BuildKey("bench", "1", 1), Job = "job", Finished = true }, "log", "log", 1, new DateOnly(2026, 1, 1));
        var masker = new Masker();
        (string Name, Action Run)[] variants =
        [
            ("copy", () => Copy(logs)),
            ("split, normalise, time, severity", () => Chunk(logs, identity, new LineRules { Hash = false })),
            ("the same and masking", () => Chunk(logs, identity, new LineRules { Hash = false, Masker = masker })),
            ("the same and hash", () => Chunk(logs, identity, new LineRules { Masker = masker })),
            ("hash alone", () => Hash(logs)),
            ("probe for secrets alone", () => Probe(logs, masker)),
            ("severity alone", () => Severities(logs)),
        ];
        var bytes = logs.Sum(log => (long)log.Length);
        var times = variants.Select(_ => new double[Rounds]).ToArray();
        for (var round = -3; round < Rounds; round++)
        {
            for (var i = 0; i < variants.Length; i++)
            {
                var started = Environment.CpuUsage.TotalTime;
                variants[i].Run();
                if (round >= 0)
                {
                    times[i][round] = (Environment.CpuUsage.TotalTime - started).TotalSeconds;
                }
            }
        }

        Console.WriteLine($"{logs.Length} logs, {bytes / 1e6:F0} MB, median of {Rounds} rounds");
        for (var i = 0; i < variants.Length; i++)
        {
            Array.Sort(times[i]);
            Console.WriteLine($"{variants[i].Name,-34} {bytes / times[i][Rounds / 2] / 1e6,8:F0} MB a CPU second  (best {bytes / times[i][0] / 1e6:F0})");
        }

        return 0;
    }

    private static void Chunk(byte[][] logs, LogIdentity identity, LineRules rules)
    {
        foreach (var log in logs)
        {
            using var content = new MemoryStream(log);
            foreach (var chunk in new LogChunker(identity, rules).ReadAsync(content, 0, null, CancellationToken.None).ToBlockingEnumerable())
            {
                chunk.Dispose();
            }
        }
    }

    private static void Copy(byte[][] logs)
    {
        var target = new byte[256 * 1024];
        foreach (var log in logs)
        {
            for (var at = 0; at < log.Length; at += target.Length)
            {
                log.AsSpan(at, Math.Min(target.Length, log.Length - at)).CopyTo(target);
            }
        }
    }

    private static void Probe(byte[][] logs, Masker masker)
    {
        foreach (var log in logs)
        {
            for (var at = masker.Probe(log, 0); at >= 0; at = masker.Probe(log, at + 1))
            {
            }
        }
    }

    private static void Severities(byte[][] logs)
    {
        foreach (var log in logs)
        {
            ReadOnlySpan<byte> rest = log;
            for (var end = rest.IndexOf((byte)'\n'); end >= 0; end = rest.IndexOf((byte)'\n'))
            {
                SeverityReader.Of(rest[..end]);
                rest = rest[(end + 1)..];
            }
        }
    }

    private static void Hash(byte[][] logs)
    {
        foreach (var log in logs)
        {
            for (var at = 0; at < log.Length; at += 256 * 1024)
            {
                ContentHash.Of(log.AsSpan(at, Math.Min(256 * 1024, log.Length - at)));
            }
        }
    }
}
