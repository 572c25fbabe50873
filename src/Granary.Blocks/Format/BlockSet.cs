using System.Numerics;

namespace Granary.Blocks.Format;

/// <summary>A set of block numbers of one segment.</summary>
internal sealed class BlockSet(int count)
{
    private readonly ulong[] words = new ulong[(count + 63) / 64];

    /// <summary>Blocks of the segment, whether in the set or not.</summary>
    public int Capacity => count;

    public bool IsEmpty => !words.AsSpan().ContainsAnyExcept(0UL);

    public int Count
    {
        get
        {
            var sum = 0;
            foreach (var word in words)
            {
                sum += BitOperations.PopCount(word);
            }

            return sum;
        }
    }

    public static BlockSet All(int count)
    {
        var set = new BlockSet(count);
        set.AddAll();
        return set;
    }

    public bool Contains(int block) => (words[block >> 6] >> (block & 63) & 1) != 0;

    public void Add(int block) => words[block >> 6] |= 1UL << (block & 63);

    public void Remove(int block) => words[block >> 6] &= ~(1UL << (block & 63));

    /// <summary>Adds up to 32 blocks from <paramref name="start"/>, a multiple of 32.</summary>
    public void AddWord(int start, uint bits) => words[start >> 6] |= (ulong)bits << (start & 63);

    public void AddAll()
    {
        words.AsSpan().Fill(ulong.MaxValue);
        if ((count & 63) != 0)
        {
            words[^1] = (1UL << (count & 63)) - 1;
        }
    }

    public void IntersectWith(BlockSet other)
    {
        for (var index = 0; index < words.Length; index++)
        {
            words[index] &= other.words[index];
        }
    }

    public void UnionWith(BlockSet other)
    {
        for (var index = 0; index < words.Length; index++)
        {
            words[index] |= other.words[index];
        }
    }
}
