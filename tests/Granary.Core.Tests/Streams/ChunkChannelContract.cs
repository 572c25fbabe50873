using System.Text;
using Granary.Core.Chunks;
using Granary.Core.Lines;
using Granary.Core.Model;
using Granary.Core.Ports;
using Granary.Testing;

namespace Granary.Core.Tests.Streams;

/// <summary>What every channel must do; a class for each implementation derives from it.</summary>
public abstract class ChunkChannelContract
{
    private const int Chunks = 400;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>A channel in front of <paramref name="index"/>, at work until <paramref name="stop"/>.</summary>
    protected abstract IChunkChannel Start(IIndexWriter index, CancellationToken stop);

    [Fact]
    public async Task Every_chunk_gets_its_outcome_and_the_index_holds_each_once()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        await using var index = new MemoryIndex();
        var channel = Start(index, stop.Token);
        var expected = new Dictionary<LogName, LogDigest>();
        var outcomes = new List<(ChunkId Id, Task<ChunkOutcome> Outcome)>();
        for (var number = 0; number < Chunks; number++)
        {
            var chunk = await ChunkAsync(number);
            expected[new(chunk.Log.Build.Key.Id, chunk.Log.File)] = Digest(chunk);
            outcomes.Add((chunk.Id, await channel.PublishAsync(chunk, Cancellation)));
        }

        channel.Hurry();
        foreach (var (id, outcome) in outcomes)
        {
            var result = await outcome.WaitAsync(TimeSpan.FromMinutes(1), Cancellation);
            result.Id.ShouldBe(id);
            result.Result.ShouldBeOneOf(ChunkResult.Stored, ChunkResult.Held);
        }

        index.Digests().ShouldBe(expected, ignoreOrder: true);
        await stop.CancelAsync();
    }

    [Fact]
    public async Task A_conflict_reaches_the_sender()
    {
        await using var index = new MemoryIndex();
        var channel = Start(index, Cancellation);
        var stored = await channel.PublishAsync(await ChunkAsync(1), Cancellation);
        channel.Hurry();
        await stored.WaitAsync(TimeSpan.FromMinutes(1), Cancellation);
        var outcome = await channel.PublishAsync(await ChunkAsync(1, "another content\n"), Cancellation);
        channel.Hurry();

        (await outcome.WaitAsync(TimeSpan.FromMinutes(1), Cancellation)).Result.ShouldBe(ChunkResult.Conflict);
    }

    [Fact]
    public async Task An_index_that_is_away_faults_the_outcome()
    {
        await using var index = new MemoryIndex { Outage = () => "away" };
        var outcome = await Start(index, Cancellation).PublishAsync(await ChunkAsync(1), Cancellation);

        await Should.ThrowAsync<IndexUnavailableException>(() => outcome.WaitAsync(TimeSpan.FromMinutes(1), Cancellation));
    }

    /// <summary>One small chunk of a log of its own.</summary>
    protected static async Task<Chunk> ChunkAsync(int number, string? text = null)
    {
        var build = new Build { Key = new("ci", $"build-{number % 7}"), Job = "unit", Finished = true };
        var log = new LogIdentity(build, $"log-{number}.txt", "http://ci/log", 1, new(2026, 3, 1));
        text ??= string.Concat(Enumerable.Range(0, 1 + (number % 50)).Select(line => $"2026-03-01T10:00:{line:00}Z line {line} of {number}\n"));
        await foreach (var chunk in new LogChunker(log, new()).ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), 0, null, Cancellation))
        {
            return chunk;
        }

        throw new InvalidOperationException("no chunk");
    }

    private static LogDigest Digest(Chunk chunk)
    {
        var (digest, at, line) = (default(LogDigest), 0, chunk.FirstLine);
        foreach (var end in chunk.Ends)
        {
            digest = digest.With(line++, 0, chunk.Text.Span[at..end]);
            at = end + 1;
        }

        return digest;
    }
}
