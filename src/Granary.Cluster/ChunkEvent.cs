namespace Granary.Cluster;

/// <summary>A packed chunk as an event of a stream, and the key of the grain that waits for its outcome.</summary>
[GenerateSerializer, Immutable]
public sealed record ChunkEvent([property: Id(0)] string Sender, [property: Id(1)] byte[] Packed)
{
    /// <summary>The stream provider, and the namespace of its streams.</summary>
    public const string Streams = "chunks";
}
