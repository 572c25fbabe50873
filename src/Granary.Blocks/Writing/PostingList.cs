using System.Buffers;

namespace Granary.Blocks.Writing;

/// <summary>The postings of one kind of term of a segment in work: (term, block) pairs in pooled memory, until they are written.</summary>
internal sealed class PostingList : IDisposable
{
    private ulong[] pairs = ArrayPool<ulong>.Shared.Rent(1 << 16);
    private int count;

    /// <summary>Term in the upper 32 bits, block in the lower.</summary>
    public Span<ulong> Pairs => pairs.AsSpan(0, count);

    /// <summary>Adds a block's distinct terms; blocks come in ascending order.</summary>
    public void Add(ReadOnlySpan<uint> terms, Func<uint, uint> toKey, int block)
    {
        Reserve(terms.Length);
        foreach (var term in terms)
        {
            pairs[count++] = ((ulong)toKey(term) << 32) | (uint)block;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<ulong>.Shared.Return(pairs);
        (pairs, count) = ([], 0);
    }

    private void Reserve(int more)
    {
        if (count + more <= pairs.Length)
        {
            return;
        }

        var larger = ArrayPool<ulong>.Shared.Rent(Math.Max(2 * pairs.Length, count + more));
        Pairs.CopyTo(larger);
        ArrayPool<ulong>.Shared.Return(pairs);
        pairs = larger;
    }
}
