using System.Buffers;

namespace Granary.Elastic.Writing;

/// <summary>A list of items in pooled memory: a batch has tens of thousands, and lives for moments.</summary>
internal sealed class BulkItems : IDisposable
{
    private const int First = 16 * 1024;

    private BulkItem[] items = [];

    internal int Count { get; private set; }

    internal ref readonly BulkItem this[int index] => ref items.AsSpan(0, Count)[index];

    internal void Add(in BulkItem item)
    {
        if (Count == items.Length)
        {
            Grow();
        }

        items[Count++] = item;
    }

    public void Dispose()
    {
        Return(items);
        (items, Count) = ([], 0);
    }

    private void Grow()
    {
        var larger = ArrayPool<BulkItem>.Shared.Rent(Math.Max(First, 2 * items.Length));
        items.AsSpan(0, Count).CopyTo(larger);
        Return(items);
        items = larger;
    }

    /// <summary>Clears what was used: the pool would keep the chunks' memory alive.</summary>
    private void Return(BulkItem[] array)
    {
        if (array.Length > 0)
        {
            array.AsSpan(0, Count).Clear();
            ArrayPool<BulkItem>.Shared.Return(array);
        }
    }
}
