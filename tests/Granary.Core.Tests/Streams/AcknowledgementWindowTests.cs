using System.Text;
using Granary.Core.Chunks;
using Granary.Core.Lines;
using Granary.Core.Ports;
using Granary.Core.Streams;
using Granary.Testing;

namespace Granary.Core.Tests.Streams;

public sealed class AcknowledgementWindowTests
{
    private readonly ToldChannel channel = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_chunk_for_which_no_room_can_be_made_gives_its_memory_back()
    {
        var window = new AcknowledgementWindow(channel, windowBytes: 1);
        await window.SendAsync(await ChunkAsync("first"), null, 0, Cancellation);
        channel.Outcomes[0].SetException(new IndexUnavailableException("away"));
        using var second = await ChunkAsync("second");

        await Should.ThrowAsync<IndexUnavailableException>(async () => await window.SendAsync(second, null, 0, Cancellation));

        Should.Throw<ObjectDisposedException>(() => second.Text);
    }

    [Fact]
    public async Task To_abandon_is_to_wait_for_every_outcome_whatever_it_is()
    {
        var window = new AcknowledgementWindow(channel, windowBytes: 1 << 20);
        foreach (var file in new[] { "a", "b", "c" })
        {
            await window.SendAsync(await ChunkAsync(file), null, 0, Cancellation);
        }

        var abandoning = window.AbandonAsync(Cancellation);
        channel.Hurried.ShouldBeTrue();
        channel.Outcomes[2].SetResult(new(default, ChunkResult.Stored));
        channel.Outcomes[0].SetException(new IndexUnavailableException("away"));
        abandoning.IsCompleted.ShouldBeFalse();
        channel.Outcomes[1].SetResult(new(default, ChunkResult.Conflict));

        await abandoning.WaitAsync(TimeSpan.FromMinutes(1), Cancellation);
    }

    private static async Task<Chunk> ChunkAsync(string file)
    {
        var log = new LogIdentity(ScriptedSource.BuildOf("b"), file, "memory:" + file, 1, new(2026, 1, 2));
        var chunks = new LogChunker(log, new LineRules()).ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(file + "\n")), 0, null, Cancellation);
        return await chunks.SingleAsync(Cancellation);
    }

    /// <summary>A channel whose outcomes a test tells.</summary>
    private sealed class ToldChannel : IChunkChannel
    {
        public List<TaskCompletionSource<ChunkOutcome>> Outcomes { get; } = [];

        public bool Hurried { get; private set; }

        public ValueTask<Task<ChunkOutcome>> PublishAsync(Chunk chunk, CancellationToken cancellation)
        {
            chunk.Dispose();
            Outcomes.Add(new());
            return new(Outcomes[^1].Task);
        }

        public void Hurry() => Hurried = true;
    }
}
