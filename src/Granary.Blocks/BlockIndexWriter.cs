using System.Runtime.CompilerServices;
using Granary.Blocks.Catalogue;
using Granary.Blocks.Writing;
using Granary.Core.Chunks;
using Granary.Core.Model;
using Granary.Core.Ports;

namespace Granary.Blocks;

/// <summary>Writes the embedded index. One process at a time; any number of concurrent <see cref="WriteAsync"/>.</summary>
public sealed class BlockIndexWriter : IIndexWriter
{
    private readonly IndexFolder folder;
    private readonly SegmentSealer sealer;
    private readonly Maintenance maintenance;
    private bool disposed;

    private BlockIndexWriter(IndexFolder folder)
    {
        this.folder = folder;
        maintenance = new Maintenance(folder);
        sealer = new SegmentSealer(folder, maintenance.Wake);
    }

    /// <summary>Takes the writer's lock, deletes files that no row names, and takes up deletions that were not finished.</summary>
    /// <exception cref="IndexLockedException">Another writer has the lock.</exception>
    /// <exception cref="IndexFormatException">A newer version made the index.</exception>
    public static BlockIndexWriter Open(BlockIndexOptions options)
    {
        var writer = new BlockIndexWriter(IndexFolder.Open(options));
        writer.maintenance.Start();
        return writer;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ChunkOutcome> WriteAsync(
        IAsyncEnumerable<Chunk> chunks, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var session = new WriteSession();
        sealer.Join(session);
        var feeding = FeedAsync(chunks, session, stop.Token);
        try
        {
            await foreach (var outcome in session.Outcomes.ReadAllAsync(cancellation))
            {
                session.Took();
                yield return outcome;
            }
        }
        finally
        {
            sealer.Leave(session);
            await stop.CancelAsync();
            await feeding;
        }
    }

    /// <inheritdoc/>
    public void Hurry() => sealer.Hurry();

    /// <inheritdoc/>
    public async Task DeleteOlderGenerationsAsync(BuildKey build, int generation, DateOnly indexDay, CancellationToken cancellation)
    {
        // What a stopped reading left on its way must be in a segment before the segments are looked through.
        await sealer.SealAllAsync(cancellation);
        await maintenance.DeleteAsync(new Tombstone(build, generation, indexDay), cancellation);
    }

    /// <inheritdoc/>
    public async Task DeleteGenerationsAsync(BuildKey build, int first, int last, DateOnly indexDay, CancellationToken cancellation)
    {
        await sealer.SealAllAsync(cancellation);
        await maintenance.DeleteAsync(build, first, last, indexDay, cancellation);
    }

    /// <inheritdoc/>
    public Task<long> CountAsync(BuildKey build, int generation, DateOnly indexDay, CancellationToken cancellation) =>
        Task.Run(() => folder.Count(build, generation, indexDay), cancellation);

    /// <summary>Does nothing: receipts are in the state store, beside which this index stands.</summary>
    public Task PutReceiptAsync(Receipt receipt, CancellationToken cancellation) => Task.CompletedTask;

    /// <summary>Waits until every merge that is due now is done.</summary>
    internal Task SettleAsync() => maintenance.SettleAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, true))
        {
            return;
        }

        await sealer.DisposeAsync();
        await maintenance.DisposeAsync();
        folder.Dispose();
    }

    /// <summary>Never throws: what goes wrong is the session's, and reaches the caller with its outcomes.</summary>
    private async Task FeedAsync(IAsyncEnumerable<Chunk> chunks, WriteSession session, CancellationToken cancellation)
    {
        try
        {
            await using var input = chunks.GetAsyncEnumerator(cancellation);
            while (await NextAsync(input, session, cancellation))
            {
                using var chunk = input.Current;
                await session.WaitForRoomAsync(cancellation);
                await sealer.AddAsync(chunk, session, cancellation);
            }

            session.End();
            sealer.Pause(session);
        }
        catch (Exception e)
        {
            session.Fail(e);
        }
    }

    private async ValueTask<bool> NextAsync(IAsyncEnumerator<Chunk> input, WriteSession session, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var next = input.MoveNextAsync();
        if (next.IsCompleted)
        {
            return await next;
        }

        sealer.Pause(session);
        var more = await next;
        session.Waiting = false;
        return more;
    }
}
