using System.Buffers;
using System.Runtime.CompilerServices;

namespace Granary.Elastic.Writing;

/// <summary>A request's body in pooled pieces. What is reserved at once lies in one piece.</summary>
internal sealed class BodyBuffer : IDisposable
{
    private const int PieceBytes = 1024 * 1024;

    /// <summary>The pieces and how many bytes of each are used; of the last that is <see cref="Position"/>.</summary>
    private readonly List<(byte[] Bytes, int Used)> pieces = [];
    private byte[] current = [];
    private long full;

    /// <summary>Bytes written.</summary>
    internal long Length => full + Position;

    /// <summary>The piece being written.</summary>
    internal int Piece => pieces.Count - 1;

    /// <summary>Where in <see cref="Piece"/> the next byte goes.</summary>
    internal int Position { get; private set; }

    /// <summary>Room for at least so many bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Span<byte> Reserve(int bytes)
    {
        if (current.Length - Position < bytes)
        {
            Add(bytes);
        }

        return current.AsSpan(Position);
    }

    internal void Advance(int bytes) => Position += bytes;

    internal ReadOnlySpan<byte> Read(int piece, int start, int length) => pieces[piece].Bytes.AsSpan(start, length);

    internal async Task CopyToAsync(Stream stream, CancellationToken cancellation)
    {
        for (var index = 0; index < pieces.Count; index++)
        {
            await stream.WriteAsync(pieces[index].Bytes.AsMemory(0, UsedOf(index)), cancellation).ConfigureAwait(false);
        }
    }

    internal void CopyTo(Stream stream)
    {
        for (var index = 0; index < pieces.Count; index++)
        {
            stream.Write(pieces[index].Bytes, 0, UsedOf(index));
        }
    }

    public void Dispose()
    {
        foreach (var (bytes, _) in pieces)
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }

        pieces.Clear();
        (current, Position, full) = ([], 0, 0);
    }

    private int UsedOf(int piece) => piece == Piece ? Position : pieces[piece].Used;

    private void Add(int bytes)
    {
        if (pieces.Count > 0)
        {
            pieces[^1] = (current, Position);
        }

        full += Position;
        current = ArrayPool<byte>.Shared.Rent(Math.Max(bytes, PieceBytes));
        pieces.Add((current, 0));
        Position = 0;
    }
}
