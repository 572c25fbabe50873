using Granary.Core.Chunks;
using Granary.Core.Lines;
using Granary.Core.Masking;
using Granary.Core.Model;
using Granary.Elastic;
using Granary.Elastic.Writing;

namespace Granary.Benchmarks.Elastic;

/// <summary>What shipping logs to an engine costs: encoding, sending into nothing, and sending to a real engine.</summary>
internal static class ElasticBenchmark
{
    private const int Rounds = 11;

    /// <summary>Until the compiler is done with what is hot.</summary>
    private const int WarmRounds = 8;

    /// <param name="args">
    /// <c>encode|send [folder]</c>, <c>rsyslog [folder [copies [rounds [granary]]]]</c>, <c>engine URL MAPPING [folder [copies]]</c>,
    /// <c>queries URL [copies]</c>; the folder is else GRANARY_CORPUS.
    /// </param>
    public static async Task<int> RunAsync(string[] args)
    {
        var verb = args.FirstOrDefault();
        var folder = args.ElementAtOrDefault(verb == "engine" ? 3 : 1) ?? Environment.GetEnvironmentVariable("GRANARY_CORPUS");
        if (verb == "sink")
        {
            return NullEngine.Run();
        }

        if (verb == "ship")
        {
            await ShippingBenchmark.ShipAsync(new Uri(args[1]), args[2], args[3] == "production", long.Parse(args[4], null));
            return 0;
        }

        if (verb == "queries")
        {
            await EngineQueries.RunAsync(new Uri(args[1]), int.Parse(args.ElementAtOrDefault(2) ?? "3", null));
            return 0;
        }

        if (verb is not ("encode" or "send" or "rsyslog" or "engine") || !Directory.Exists(folder))
        {
            Console.Error.WriteLine("elastic: encode [folder] | send [folder] | rsyslog [folder [copies [rounds [granary]]]] | engine URL positions|match-only [folder [copies]] | queries URL [copies]; or set GRANARY_CORPUS");
            return 2;
        }

        var logs = Directory.GetFiles(folder).Order().Select(CorpusFile.Read).ToArray();
        Console.WriteLine($"{logs.Length} logs, {logs.Sum(log => (long)log.Length) / 1e6:F0} MB");
        switch (verb)
        {
            case "encode":
                await EncodeAsync(logs);
                break;
            case "send":
                await SendAsync(logs);
                break;
            case "rsyslog":
                return await ShippingBenchmark.RunAsync(logs, int.Parse(args.ElementAtOrDefault(2) ?? "12", null), int.Parse(args.ElementAtOrDefault(3) ?? "5", null), args.ElementAtOrDefault(4));
            default:
                return await EngineBenchmark.RunAsync(new Uri(args[1]), args[2], logs, int.Parse(args.ElementAtOrDefault(4) ?? "3", null));
        }

        return 0;
    }

    /// <summary>The chunks of all logs; with a copy's number the same lines under other builds.</summary>
    internal static IAsyncEnumerable<Chunk> Chunks(byte[][] logs, LineRules rules, int copy = 0) => logs.Index().ToAsyncEnumerable()
        .SelectMany(log => new LogChunker(Identity(log.Index, copy), rules).ReadAsync(new MemoryStream(log.Item), 0, null, default));

    internal static LogIdentity Identity(int log, int copy)
    {
        var build = new Build
        {
            Key = new BuildKey("zuul-opendev", $"{Id96.FromSha256(ContentHashBytes(log, copy))}"),
            Job = "tempest-integrated-compute",
            Project = "openstack/nova",
            Pipeline = "gate",
            Branch = "master",
            Change = "908952,1",
            Result = "SUCCESS",
            FinishedAt = new DateTimeOffset(2026, 1, 1, 10, 0, 0, TimeSpan.Zero).AddMinutes((copy * 100) + log),
            Finished = true,
        };
        return new LogIdentity(build, "job-output.txt", "https://logs.example.org/job-output.txt", 1, new DateOnly(2026, 1, 1));
    }

    private static byte[] ContentHashBytes(int log, int copy)
    {
        var bytes = new byte[ContentHash.Size];
        ContentHash.Of([(byte)log, (byte)copy, (byte)(copy >> 8)]).Write(bytes);
        return bytes;
    }

    private static async Task EncodeAsync(byte[][] logs)
    {
        var bytes = logs.Sum(log => (long)log.Length);
        var ready = await Chunks(logs, new LineRules { Hash = false }).ToListAsync();
        await MeasureAsync("chunks to bulk bodies", bytes, () => EncodeAsync(ready.ToAsyncEnumerable(), dispose: false));
        await MeasureAsync("log bytes to bulk bodies, no mask, no hash", bytes, () => EncodeAsync(Chunks(logs, new LineRules { Hash = false }), dispose: true));
        await MeasureAsync("log bytes to bulk bodies, mask and hash", bytes, () => EncodeAsync(Chunks(logs, new LineRules { Masker = new Masker() }), dispose: true));
    }

    private static async Task EncodeAsync(IAsyncEnumerable<Chunk> chunks, bool dispose)
    {
        var names = new IndexNames("granary");
        var encoder = new BulkEncoder(names);
        var batch = new BulkBatch("granary-lines-2026.01.01");
        await foreach (var chunk in chunks)
        {
            var owner = new ChunkProgress(chunk, chunk.Count, _ => { });
            for (var entry = 0; entry < chunk.Count;)
            {
                entry = encoder.Write(chunk, entry, batch, owner, 8 * 1024 * 1024);
                if (entry < chunk.Count)
                {
                    batch.Dispose();
                    batch = new BulkBatch(batch.Index);
                }
            }

            if (dispose)
            {
                chunk.Dispose();
            }
        }

        batch.Dispose();
    }

    private static async Task SendAsync(byte[][] logs)
    {
        using var sink = await SinkProcess.StartAsync();
        var bytes = logs.Sum(log => (long)log.Length);
        await using (var writer = await ElasticIndex.OpenWriterAsync(new ElasticOptions { Urls = [sink.Url] }, TimeProvider.System, default))
        {
            await MeasureAsync("log bytes sent, no mask, no hash", bytes, () => WriteAsync(writer, Chunks(logs, new LineRules { Hash = false })));
            await MeasureAsync("log bytes sent, mask and hash", bytes, () => WriteAsync(writer, Chunks(logs, new LineRules { Masker = new Masker() })));
            Console.WriteLine($"{writer.SentBytes / 1e6 / (2 * (Rounds + WarmRounds)):F0} MB of bodies a round, {(double)writer.SentBytes / (2 * (Rounds + WarmRounds)) / bytes:F2} of raw");
        }
    }

    internal static async Task WriteAsync(ElasticIndexWriter writer, IAsyncEnumerable<Chunk> chunks)
    {
        await foreach (var outcome in writer.WriteAsync(chunks, default))
        {
            if (outcome.Result != ChunkResult.Stored)
            {
                throw new InvalidOperationException($"{outcome.Result}: {outcome.Reason}");
            }
        }
    }

    /// <summary>Processor time counts, and the median round.</summary>
    private static async Task MeasureAsync(string name, long bytes, Func<Task> run)
    {
        var times = new double[Rounds];
        for (var round = -WarmRounds; round < Rounds; round++)
        {
            var started = Environment.CpuUsage.TotalTime;
            await run();
            if (round >= 0)
            {
                times[round] = (Environment.CpuUsage.TotalTime - started).TotalSeconds;
            }
        }

        Array.Sort(times);
        Console.WriteLine(
            $"{name,-46} {bytes / times[Rounds / 2] / 1e6,6:F0} MB a CPU second (best {bytes / times[0] / 1e6:F0}), {times[Rounds / 2] / bytes * 1e9:F2} s a GB");
    }
}
