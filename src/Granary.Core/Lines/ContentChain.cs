using System.Buffers;
using Granary.Core.Chunks;
using Granary.Core.Model;

namespace Granary.Core.Lines;

/// <summary>
/// The content hash of a log from its entries in order, for an index that keeps no chunks: what <see cref="LogChunker.Chain"/> gives, as
/// the bounds of chunks follow from the entries alone.
/// </summary>
public sealed class ContentChain : IDisposable
{
    private readonly byte[] text = ArrayPool<byte>.Shared.Rent(Chunk.MaxBytes);
    private int length;
    private int count;
    private ContentHash chain;

    /// <summary>Adds the next entry, without its line end.</summary>
    /// <exception cref="ArgumentException">It is longer than any entry can be.</exception>
    public void Add(ReadOnlySpan<byte> entry)
    {
        if (entry.Length >= Chunk.MaxBytes)
        {
            throw new ArgumentException($"an entry has at most {Chunk.MaxEntryBytes} bytes, not {entry.Length}", nameof(entry));
        }

        if (ChunkBuilder.IsFull(length, count, entry.Length))
        {
            Seal();
        }

        entry.CopyTo(text.AsSpan(length));
        length += entry.Length;
        text[length++] = (byte)'\n';
        count++;
    }

    /// <summary>The hash of all entries so far; the next one begins another log.</summary>
    public ContentHash Finish()
    {
        if (count > 0)
        {
            Seal();
        }

        var whole = chain;
        chain = default;
        return whole;
    }

    /// <inheritdoc/>
    public void Dispose() => ArrayPool<byte>.Shared.Return(text);

    private void Seal()
    {
        chain = chain.Then(ContentHash.Of(text.AsSpan(0, length)));
        (length, count) = (0, 0);
    }
}
