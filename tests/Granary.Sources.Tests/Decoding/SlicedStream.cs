using Granary.Sources.Decoding;

namespace Granary.Sources.Tests.Decoding;

/// <summary>Gives at most so many bytes a read, as a network does.</summary>
internal sealed class SlicedStream(byte[] bytes, int slice) : ReadOnlyStream
{
    public long At { get; private set; }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = (int)Math.Min(Math.Min(slice, buffer.Length), bytes.Length - At);
        bytes.AsSpan((int)At, count).CopyTo(buffer.Span);
        At += count;
        return new(count);
    }
}
