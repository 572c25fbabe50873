using Granary.Blocks.Format;

namespace Granary.Blocks.Writing;

/// <summary>Distinct trigrams of one block: a bit for each of the 2^24, and a list of those set.</summary>
internal sealed class TrigramSet
{
    private readonly ulong[] bits = new ulong[(1 << SegmentFormat.TrigramBits) / 64];
    private uint[] found = new uint[1 << 13];
    private int count;

    /// <summary>The trigrams, the first byte uppermost, in the order of their first arrival.</summary>
    public ReadOnlySpan<uint> Found => found.AsSpan(0, count);

    public void Clear()
    {
        foreach (var trigram in Found)
        {
            bits[trigram >> 6] = 0;
        }

        count = 0;
    }

    /// <summary>Adds every trigram of some lines, none across a line end.</summary>
    public void AddLines(ReadOnlySpan<byte> lines)
    {
        while (!lines.IsEmpty)
        {
            var end = lines.IndexOf((byte)'\n');
            AddLine(end < 0 ? lines : lines[..end]);
            lines = end < 0 ? [] : lines[(end + 1)..];
        }
    }

    private void AddLine(ReadOnlySpan<byte> line)
    {
        if (line.Length < 3)
        {
            return;
        }

        var set = bits;
        var trigram = ((uint)line[0] << 8) | line[1];
        foreach (var next in line[2..])
        {
            trigram = ((trigram << 8) | next) & 0xFFFFFF;
            ref var word = ref set[trigram >> 6];
            var bit = 1UL << (int)(trigram & 63);
            if ((word & bit) == 0)
            {
                word |= bit;
                Append(trigram);
            }
        }
    }

    private void Append(uint trigram)
    {
        if (count == found.Length)
        {
            Array.Resize(ref found, 2 * count);
        }

        found[count++] = trigram;
    }
}
