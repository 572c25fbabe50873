using Orleans.Serialization.Cloning;
using Orleans.Serialization.Codecs;

namespace Granary.Cluster;

/// <summary>Copies array segments of bytes as blocks, see <see cref="SegmentCodec{T}"/>.</summary>
public sealed class SegmentCopier<T>(IDeepCopier<T> elements) : IDeepCopier<ArraySegment<T>>
{
    private readonly ArraySegmentCopier<T> others = new(elements);

    /// <inheritdoc/>
    public ArraySegment<T> DeepCopy(ArraySegment<T> input, CopyContext context) =>
        typeof(T) == typeof(byte) && input.Array is not null ? input.ToArray() : others.DeepCopy(input, context);
}
