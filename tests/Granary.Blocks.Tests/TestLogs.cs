using System.Text;
using Granary.Core.Chunks;
using Granary.Core.Lines;
using Granary.Core.Model;

namespace Granary.Blocks.Tests;

/// <summary>Builds and logs made for tests.</summary>
internal static class TestLogs
{
    public static readonly DateTimeOffset Finish = new(2025, 3, 4, 12, 0, 0, TimeSpan.Zero);

    public static LogIdentity Log(string build, string file = "job.txt", int generation = 1, DateTimeOffset? finish = null,
        string job = "unit", string result = "SUCCESS", bool finished = true)
    {
        var made = new Build
        {
            Key = new BuildKey("zuul", build),
            Job = job,
            Result = result,
            FinishedAt = finished ? finish ?? Finish : null,
            Finished = true,
            Url = $"https://ci.example/build/{build}",
            Labels = new Dictionary<string, string> { ["node"] = "small" },
        };
        return new LogIdentity(made, file, $"https://ci.example/{build}/{file}", generation,
            DateOnly.FromDateTime((finish ?? Finish).UtcDateTime));
    }

    /// <summary>The chunks of a log by Core's own chunker.</summary>
    public static async Task<List<Chunk>> ChunksAsync(LogIdentity log, byte[] text)
    {
        var chunker = new LogChunker(log, new LineRules { Reference = log.Build.FinishedAt });
        var chunks = new List<Chunk>();
        await foreach (var chunk in chunker.ReadAsync(new MemoryStream(text), 0, null, CancellationToken.None))
        {
            chunks.Add(chunk);
        }

        return chunks;
    }

    public static Task<List<Chunk>> ChunksAsync(LogIdentity log, string text) => ChunksAsync(log, Encoding.UTF8.GetBytes(text));

    /// <summary>Writes logs through one stream and returns the outcomes.</summary>
    public static async Task<List<ChunkOutcome>> WriteAsync(BlockIndexWriter writer, params (LogIdentity Log, string Text)[] logs)
    {
        var chunks = new List<Chunk>();
        foreach (var (log, text) in logs)
        {
            chunks.AddRange(await ChunksAsync(log, text));
        }

        return await WriteAsync(writer, chunks);
    }

    public static async Task<List<ChunkOutcome>> WriteAsync(BlockIndexWriter writer, IEnumerable<Chunk> chunks)
    {
        var outcomes = new List<ChunkOutcome>();
        await foreach (var outcome in writer.WriteAsync(chunks.ToAsyncEnumerable(), CancellationToken.None))
        {
            outcomes.Add(outcome);
        }

        return outcomes;
    }
}
