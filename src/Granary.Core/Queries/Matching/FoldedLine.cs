using System.Buffers;
using Granary.Core.Text;

namespace Granary.Core.Queries.Matching;

/// <summary>A line folded into memory that is lent: the thread's own for usual lines, the pool's for long ones.</summary>
internal ref struct FoldedLine : IDisposable
{
    private const int OwnBytes = 48 * 1024;

    [ThreadStatic]
    private static byte[]? own;

    private byte[]? rented;

    internal FoldedLine(ReadOnlySpan<byte> line)
    {
        var size = Folding.MaxLength(line.Length);
        var buffer = size <= OwnBytes ? own ??= new byte[OwnBytes] : rented = ArrayPool<byte>.Shared.Rent(size);
        Text = buffer.AsSpan(0, Folding.Fold(line, buffer, out var moved));
        Moved = moved;
    }

    internal ReadOnlySpan<byte> Text { get; }

    /// <summary>True if offsets in the folded text are not those in the line.</summary>
    internal bool Moved { get; }

    public void Dispose()
    {
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
            rented = null;
        }
    }
}
