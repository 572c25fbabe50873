using Granary.Core.Chunks;
using Granary.Core.Ports;
using Granary.Core.Streams;
using Granary.Testing;

namespace Granary.Core.Tests.Streams;

/// <summary>The channel over a transport that loses, doubles and reorders, both ways.</summary>
public sealed class ResendingChunkChannelTests : ChunkChannelContract
{
    private static readonly ResendRules Rules = new()
    {
        FirstWait = TimeSpan.FromMilliseconds(100),
        LongestWait = TimeSpan.FromMilliseconds(400),
        Tick = TimeSpan.FromMilliseconds(20),
        GiveUp = TimeSpan.FromSeconds(20),
    };

    private LossyTransport<ChunkParcel>? forth;

    [Fact]
    public async Task What_was_lost_is_sent_again()
    {
        await Every_chunk_gets_its_outcome_and_the_index_holds_each_once();

        forth!.Faults.ShouldBeGreaterThan(20);
    }

    [Fact]
    public async Task A_chunk_that_nobody_acknowledges_is_given_up()
    {
        var channel = new ResendingChunkChannel(
            (_, _) => Task.CompletedTask, Rules with { GiveUp = TimeSpan.FromMilliseconds(300) }, TransportMeters.Unwatched(TimeProvider.System), TimeProvider.System);
        _ = channel.RunAsync(Cancellation);
        var outcome = await channel.PublishAsync(await ChunkAsync(1), Cancellation);

        await Should.ThrowAsync<IndexUnavailableException>(() => outcome);
        channel.Resent.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Publishing_waits_while_the_window_is_full()
    {
        var channel = new ResendingChunkChannel(
            (_, _) => Task.CompletedTask, Rules with { WindowBytes = 1 }, TransportMeters.Unwatched(TimeProvider.System), TimeProvider.System);
        var first = await ChunkAsync(1);
        var id = first.Id;
        _ = await channel.PublishAsync(first, Cancellation);
        var second = channel.PublishAsync(await ChunkAsync(2), Cancellation).AsTask();
        second.IsCompleted.ShouldBeFalse();
        channel.Acknowledge(new(id, ChunkResult.Stored));

        var sent = await second.WaitAsync(TimeSpan.FromMinutes(1), Cancellation);
        sent.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task A_chunk_on_its_way_is_not_taken_twice()
    {
        using var held = new ManualResetEventSlim();
        await using var index = new MemoryIndex { BeforeStoring = _ => held.Wait(Cancellation) };
        var channel = Start(index, Cancellation);
        var first = await channel.PublishAsync(await ChunkAsync(1), Cancellation);

        await Should.ThrowAsync<InvalidOperationException>(async () => await channel.PublishAsync(await ChunkAsync(1), Cancellation));
        held.Set();
        channel.Hurry();
        (await first.WaitAsync(TimeSpan.FromMinutes(1), Cancellation)).Result.ShouldBeOneOf(ChunkResult.Stored, ChunkResult.Held);
    }

    protected override IChunkChannel Start(IIndexWriter index, CancellationToken stop)
    {
        // A receiver as a silo has it: unpacked, queued before one writer; what is on its way already is forgotten.
        var writer = new InProcessChunkChannel(index, new("index", 1, TimeProvider.System), TimeProvider.System, TimeSpan.FromMilliseconds(20));
        _ = Task.Run(() => writer.RunAsync(stop), CancellationToken.None);
        ResendingChunkChannel? channel = null;
        var back = new LossyTransport<object>(2, outcome =>
        {
            channel!.Acknowledge((ChunkOutcome)outcome);
            return Task.CompletedTask;
        });
        forth = new(1, parcel => ReceiveAsync(writer, parcel, back, stop));
        var rules = index is MemoryIndex memory && memory.Outage() is not null ? Rules with { GiveUp = TimeSpan.FromSeconds(1) } : Rules;
        channel = new(
            (parcel, _) => forth.SendAsync(parcel), rules, TransportMeters.Unwatched(TimeProvider.System), TimeProvider.System);
        _ = Task.Run(() => channel.RunAsync(stop), CancellationToken.None);
        return channel;
    }

    private static async Task ReceiveAsync(
        InProcessChunkChannel writer, ChunkParcel parcel, LossyTransport<object> back, CancellationToken stop)
    {
        try
        {
            var writing = await writer.PublishAsync(ChunkCodec.Unpack(parcel.Packed), stop);
            writer.Hurry();
            _ = AcknowledgeAsync(writing, back);
        }
        catch (InvalidOperationException)
        {
            // Doubled.
        }
    }

    private static async Task AcknowledgeAsync(Task<ChunkOutcome> writing, LossyTransport<object> back)
    {
        try
        {
            await back.SendAsync(await writing);
        }
        catch (IndexUnavailableException)
        {
            // No acknowledgement.
        }
    }
}
