using Granary.Core.Chunks;

namespace Granary.Cluster;

/// <summary>A packed chunk as an event of a stream.</summary>
/// <param name="Sender">The key of the grain that waits for its outcome.</param>
/// <param name="Epoch">Of the lease under which it was read: another reading may have found another content for the same chunk.</param>
/// <param name="LogHigh">The first bits of the log's id.</param>
/// <param name="LogLow">The others.</param>
/// <param name="Ordinal">Of the chunk in its log.</param>
/// <param name="Packed">See <see cref="ChunkCodec"/>.</param>
[GenerateSerializer, Immutable]
public sealed record ChunkEvent(
    [property: Id(0)] string Sender, [property: Id(1)] long Epoch, [property: Id(2)] uint LogHigh, [property: Id(3)] ulong LogLow,
    [property: Id(4)] int Ordinal, [property: Id(5)] byte[] Packed)
{
    /// <summary>The stream provider, and the namespace of its streams.</summary>
    public const string Streams = "chunks";

    /// <summary>Which chunk of which reading it is.</summary>
    internal SentChunk Sent => new(new(new(LogHigh, LogLow), Ordinal), Epoch);
}
