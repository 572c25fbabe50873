using System.Buffers;
using Granary.Blocks.Format;

namespace Granary.Blocks.Writing;

/// <summary>The terms of one kind of a segment in work, block by block, in pooled pages until they are written.</summary>
internal sealed class PostingList : IDisposable
{
    private const int PageTerms = 1 << 16;

    // The pairs of most segments fit; one size for all kinds of terms keeps few arrays.
    private const int UsualPairs = 1 << 21;

    // Pools of their own: the shared one keeps an array of each size for every thread, and segments end on any thread.
    private static readonly ArrayPool<uint> Pages = ArrayPool<uint>.Create(PageTerms, 64);
    private static readonly ArrayPool<ulong> Pairs = ArrayPool<ulong>.Create(1 << 24, 2);

    // One list is sorted at a time: sealing and merging then share two arrays instead of having two each.
    private static readonly Lock Sorting = new();

    private readonly List<int> ends = [];
    private readonly List<uint[]> pages = [];
    private int count;

    /// <summary>Adds the distinct terms of the next block.</summary>
    public void Add(ReadOnlySpan<uint> block)
    {
        while (!block.IsEmpty)
        {
            var place = count % PageTerms;
            if (place == 0)
            {
                pages.Add(Pages.Rent(PageTerms));
            }

            var part = Math.Min(block.Length, PageTerms - place);
            block[..part].CopyTo(pages[^1].AsSpan(place));
            block = block[part..];
            count += part;
        }

        ends.Add(count);
    }

    /// <summary>Writes the dictionary of all terms added.</summary>
    /// <param name="sink">Where to.</param>
    /// <param name="fileOffset">Where the sink's end will lie in the file.</param>
    /// <param name="keyBits">Bits of a key.</param>
    /// <param name="toKey">A term's key.</param>
    public TermSection Write(ByteSink sink, long fileOffset, int keyBits, Func<uint, uint> toKey)
    {
        lock (Sorting)
        {
            var pairs = Pairs.Rent(Math.Max(count, UsualPairs));
            var room = Pairs.Rent(Math.Max(count, UsualPairs));
            try
            {
                Fill(pairs, toKey);
                RadixSort.Sort(pairs.AsSpan(0, count), room, keyBits);
                return TermDictionaryWriter.Write(sink, fileOffset, pairs.AsSpan(0, count), keyBits, ends.Count);
            }
            finally
            {
                Pairs.Return(pairs);
                Pairs.Return(room);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var page in pages)
        {
            Pages.Return(page);
        }

        pages.Clear();
        count = 0;
    }

    private void Fill(ulong[] pairs, Func<uint, uint> toKey)
    {
        var next = 0;
        for (var block = 0; block < ends.Count; block++)
        {
            for (; next < ends[block]; next++)
            {
                pairs[next] = ((ulong)toKey(pages[next / PageTerms][next % PageTerms]) << 32) | (uint)block;
            }
        }
    }
}
