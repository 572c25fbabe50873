namespace Granary.Blocks.Writing;

/// <summary>Sorts postings by term; stable, so that blocks stay in the order in which they were added.</summary>
internal static class RadixSort
{
    private const int Digit = 12;

    /// <summary>Sorts by the <paramref name="keyBits"/> bits from bit 32; <paramref name="room"/> is as long as the pairs.</summary>
    public static void Sort(Span<ulong> pairs, Span<ulong> room, int keyBits)
    {
        var from = pairs;
        var to = room[..pairs.Length];
        var passes = (keyBits + Digit - 1) / Digit;
        for (var pass = 0; pass < passes; pass++)
        {
            Distribute(from, to, 32 + pass * Digit);
            var sorted = to;
            to = from;
            from = sorted;
        }

        if (passes % 2 != 0)
        {
            from.CopyTo(pairs);
        }
    }

    private static void Distribute(ReadOnlySpan<ulong> from, Span<ulong> to, int shift)
    {
        Span<int> starts = stackalloc int[1 << Digit];
        starts.Clear();
        foreach (var pair in from)
        {
            starts[(int)(pair >> shift) & ((1 << Digit) - 1)]++;
        }

        var sum = 0;
        foreach (ref var start in starts)
        {
            (start, sum) = (sum, sum + start);
        }

        foreach (var pair in from)
        {
            to[starts[(int)(pair >> shift) & ((1 << Digit) - 1)]++] = pair;
        }
    }
}
