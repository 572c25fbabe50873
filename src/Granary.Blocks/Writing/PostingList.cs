using System.Buffers;
using Granary.Blocks.Format;

namespace Granary.Blocks.Writing;

/// <summary>The terms of one kind of a segment in work, block by block, in pooled memory until they are written.</summary>
internal sealed class PostingList : IDisposable
{
    // Pools of their own: the shared one keeps an array of each size for every thread, and segments end on any thread.
    private static readonly ArrayPool<uint> Terms = ArrayPool<uint>.Create(1 << 23, 4);
    private static readonly ArrayPool<ulong> Pairs = ArrayPool<ulong>.Create(1 << 23, 2);

    private readonly List<int> ends = [];
    private uint[] terms = Terms.Rent(1 << 14);
    private int count;

    /// <summary>Adds the distinct terms of the next block.</summary>
    public void Add(ReadOnlySpan<uint> block)
    {
        Reserve(block.Length);
        block.CopyTo(terms.AsSpan(count));
        count += block.Length;
        ends.Add(count);
    }

    /// <summary>Writes the dictionary of all terms added.</summary>
    /// <param name="sink">Where to.</param>
    /// <param name="fileOffset">Where the sink's end will lie in the file.</param>
    /// <param name="keyBits">Bits of a key.</param>
    /// <param name="toKey">A term's key.</param>
    public TermSection Write(ByteSink sink, long fileOffset, int keyBits, Func<uint, uint> toKey)
    {
        var pairs = Pairs.Rent(count);
        var room = Pairs.Rent(count);
        try
        {
            var next = 0;
            for (var block = 0; block < ends.Count; block++)
            {
                for (; next < ends[block]; next++)
                {
                    pairs[next] = ((ulong)toKey(terms[next]) << 32) | (uint)block;
                }
            }

            RadixSort.Sort(pairs.AsSpan(0, count), room, keyBits);
            return TermDictionaryWriter.Write(sink, fileOffset, pairs.AsSpan(0, count), keyBits, ends.Count);
        }
        finally
        {
            Pairs.Return(pairs);
            Pairs.Return(room);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (terms.Length > 0)
        {
            Terms.Return(terms);
            (terms, count) = ([], 0);
        }
    }

    private void Reserve(int more)
    {
        if (count + more <= terms.Length)
        {
            return;
        }

        var larger = Terms.Rent(Math.Max(2 * terms.Length, count + more));
        terms.AsSpan(0, count).CopyTo(larger);
        Terms.Return(terms);
        terms = larger;
    }
}
