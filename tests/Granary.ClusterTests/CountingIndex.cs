using System.Runtime.CompilerServices;
using Granary.Core.Chunks;
using Granary.Core.Model;
using Granary.Core.Ports;

namespace Granary.ClusterTests;

/// <summary>
/// Keeps nothing, for measurements: what a host spends with it is spent on everything but writing. In batches, like the others. With
/// <paramref name="repack"/> each chunk is packed and unpacked first, as if a transport without cost lay between.
/// </summary>
internal sealed class CountingIndex(bool repack) : IIndexWriter
{
    private readonly ChunkBatches batches = new();

    public async IAsyncEnumerable<ChunkOutcome> WriteAsync(
        IAsyncEnumerable<Chunk> chunks, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var batch in batches.ReadAsync(chunks, cancellation))
        {
            foreach (var chunk in batch)
            {
                var id = chunk.Id;
                using (chunk)
                {
                    if (repack)
                    {
                        ChunkCodec.Unpack(ChunkCodec.Pack(chunk)).Dispose();
                    }
                }

                yield return new(id, ChunkResult.Stored);
            }
        }
    }

    public void Hurry() => batches.Hurry();

    public Task DeleteOlderGenerationsAsync(BuildKey build, int generation, DateOnly indexDay, CancellationToken cancellation) =>
        Task.CompletedTask;

    public Task DeleteGenerationsAsync(BuildKey build, int first, int last, DateOnly indexDay, CancellationToken cancellation) =>
        Task.CompletedTask;

    public Task<long> CountAsync(BuildKey build, int generation, DateOnly indexDay, CancellationToken cancellation) =>
        throw new NotSupportedException("nothing is kept");

    public Task PutReceiptAsync(Receipt receipt, CancellationToken cancellation) => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
