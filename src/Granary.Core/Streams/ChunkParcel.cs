using Granary.Core.Chunks;
using Granary.Core.Model;

namespace Granary.Core.Streams;

/// <summary>A packed chunk on its way, see <see cref="ChunkCodec"/>.</summary>
/// <param name="Id">The chunk.</param>
/// <param name="Build">Whose chunk it is: chunks of one build go the same way.</param>
/// <param name="Packed">The bytes; not to be changed.</param>
public sealed record ChunkParcel(ChunkId Id, BuildKey Build, byte[] Packed);
