using System.Buffers;

namespace Granary.Elastic.Writing;

/// <summary>A request's body in pooled pieces. What is reserved at once lies in one piece.</summary>
internal sealed class BodyBuffer : IDisposable
{
    private const int PieceBytes = 1024 * 1024;

    private readonly List<byte[]> pieces = [];
    private readonly List<int> used = [];

    /// <summary>Bytes written.</summary>
    internal long Length { get; private set; }

    /// <summary>The piece being written.</summary>
    internal int Piece => pieces.Count - 1;

    /// <summary>Where in <see cref="Piece"/> the next byte goes.</summary>
    internal int Position => used[^1];

    /// <summary>Room for at least so many bytes.</summary>
    internal Span<byte> Reserve(int bytes)
    {
        if (pieces.Count == 0 || pieces[^1].Length - used[^1] < bytes)
        {
            pieces.Add(ArrayPool<byte>.Shared.Rent(Math.Max(bytes, PieceBytes)));
            used.Add(0);
        }

        return pieces[^1].AsSpan(used[^1]);
    }

    internal void Advance(int bytes)
    {
        used[^1] += bytes;
        Length += bytes;
    }

    internal ReadOnlySpan<byte> Read(int piece, int start, int length) => pieces[piece].AsSpan(start, length);

    internal async Task CopyToAsync(Stream stream, CancellationToken cancellation)
    {
        for (var index = 0; index < pieces.Count; index++)
        {
            await stream.WriteAsync(pieces[index].AsMemory(0, used[index]), cancellation).ConfigureAwait(false);
        }
    }

    internal void CopyTo(Stream stream)
    {
        for (var index = 0; index < pieces.Count; index++)
        {
            stream.Write(pieces[index], 0, used[index]);
        }
    }

    public void Dispose()
    {
        foreach (var piece in pieces)
        {
            ArrayPool<byte>.Shared.Return(piece);
        }

        pieces.Clear();
        used.Clear();
    }
}
