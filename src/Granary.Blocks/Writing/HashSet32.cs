namespace Granary.Blocks.Writing;

/// <summary>Distinct keys of one block: open addressing, emptied by counting up a stamp instead of by clearing.</summary>
internal sealed class HashSet32
{
    private ulong[] slots = new ulong[1 << 13];
    private uint[] keys = new uint[1 << 12];
    private uint stamp = 1;
    private int count;

    /// <summary>The keys in the order of their first arrival.</summary>
    public ReadOnlySpan<uint> Keys => keys.AsSpan(0, count);

    public void Clear()
    {
        count = 0;
        if (++stamp == 0)
        {
            slots.AsSpan().Clear();
            stamp = 1;
        }
    }

    public void Add(uint key)
    {
        var wanted = ((ulong)stamp << 32) | key;
        var mask = slots.Length - 1;
        for (var slot = (int)(key * 0x9E3779B1u >> 7) & mask; ; slot = (slot + 1) & mask)
        {
            var found = slots[slot];
            if (found == wanted)
            {
                return;
            }

            if (found >> 32 != stamp)
            {
                slots[slot] = wanted;
                Append(key);
                return;
            }
        }
    }

    private void Append(uint key)
    {
        keys[count++] = key;
        if (count == keys.Length)
        {
            Grow();
        }
    }

    private void Grow()
    {
        Array.Resize(ref keys, 2 * keys.Length);
        var seen = count;
        slots = new ulong[2 * slots.Length];
        (count, stamp) = (0, 1);
        for (var index = 0; index < seen; index++)
        {
            Add(keys[index]);
        }
    }
}
