using Granary.Core.Chunks;
using Granary.Core.Model;

namespace Granary.Core.Ports;

/// <summary>Where chunks become durable and searchable.</summary>
public interface IIndexWriter : IAsyncDisposable
{
    /// <summary>
    /// Writes chunks as they come and yields one outcome for each once it is durable, in any order. Takes ownership of the chunks. Bounded: asks for
    /// the next chunk only while it has room. Ends after the last outcome when the input ends. A chunk written twice changes nothing.
    /// </summary>
    /// <exception cref="IndexUnavailableException">Nothing more can be written now; outcomes not yielded are unknown.</exception>
    IAsyncEnumerable<ChunkOutcome> WriteAsync(IAsyncEnumerable<Chunk> chunks, CancellationToken cancellation);

    /// <summary>Everybody waits: what was taken so far is to be made durable now instead of waiting for more. Does not block.</summary>
    void Hurry();

    /// <summary>Deletes what the index holds of the build below <paramref name="generation"/>; hidden when this returns.</summary>
    Task DeleteOlderGenerationsAsync(BuildKey build, int generation, DateOnly indexDay, CancellationToken cancellation);

    /// <summary>
    /// Deletes what the index holds of the build from generation <paramref name="first"/> to <paramref name="last"/>, both
    /// included, and nothing else of it. Where a crash cuts it short, all or some is still there, and it is asked for again.
    /// </summary>
    Task DeleteGenerationsAsync(BuildKey build, int first, int last, DateOnly indexDay, CancellationToken cancellation);

    /// <summary>Entries that the index holds of this generation, durable ones.</summary>
    Task<long> CountAsync(BuildKey build, int generation, DateOnly indexDay, CancellationToken cancellation);

    /// <summary>Stores a copy of the receipt where the index keeps builds; nothing where it does not.</summary>
    Task PutReceiptAsync(Receipt receipt, CancellationToken cancellation);
}
