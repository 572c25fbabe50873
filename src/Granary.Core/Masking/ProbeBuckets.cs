namespace Granary.Core.Masking;

/// <summary>
/// Shares needles out to buckets so that little text passes for a needle that it is not: each goes, in turn, where it adds least
/// to the expected number of false alarms, by the frequency of bytes in build logs.
/// </summary>
internal sealed class ProbeBuckets
{
    /// <summary>Bytes from frequent to rare, measured over build logs of several kinds.</summary>
    private static ReadOnlySpan<byte> ByFrequency => " et0-1oars2i:n/cdl453p.k8umbIhf7O9gT6C[]_N=wFEZD)(PS|xAWyRG'MLvKUj,\"\\zB{}H+`%^XV>Y#q*!J@;\t<&?~Q$"u8;

    private static readonly double[] Frequency = Frequencies();

    // For each place: which halves of a byte the bucket's needles have.
    private readonly (ushort Low, ushort High)[] places = new (ushort, ushort)[NeedleProbe.Size];
    private readonly List<int> members = [];

    public static IReadOnlyList<IReadOnlyList<int>> Assign(IReadOnlyList<byte[]> needles, int count)
    {
        var buckets = Enumerable.Range(0, count).Select(_ => new ProbeBuckets()).ToArray();
        var halves = needles.Select(needle => needle.Select(HalvesOf).ToArray()).ToArray();

        // The most permissive first: what comes later finds its like, or stays away from it.
        foreach (var needle in Enumerable.Range(0, needles.Count).OrderByDescending(i => Alarms(halves[i])))
        {
            buckets.MinBy(bucket => Alarms(bucket.With(halves[needle])) - Alarms(bucket.places))!.Take(needle, halves[needle]);
        }

        return [.. buckets.Select(bucket => bucket.members)];
    }

    private (ushort Low, ushort High)[] With((ushort Low, ushort High)[] needle) =>
        [.. places.Zip(needle, (place, half) => ((ushort)(place.Low | half.Low), (ushort)(place.High | half.High)))];

    private void Take(int needle, (ushort Low, ushort High)[] halves)
    {
        members.Add(needle);
        With(halves).CopyTo(places, 0);
    }

    private static (ushort Low, ushort High) HalvesOf(byte needle)
    {
        ushort low = 0, high = 0;
        for (var value = 0; value < 256; value++)
        {
            if (NeedleProbe.Accepts(needle, (byte)value))
            {
                low |= (ushort)(1 << (value & 15));
                high |= (ushort)(1 << (value >> 4));
            }
        }

        return (low, high);
    }

    /// <summary>How much of random text passes.</summary>
    private static double Alarms((ushort Low, ushort High)[] places)
    {
        var share = 1.0;
        foreach (var (low, high) in places)
        {
            var passing = 0.0;
            for (var value = 0; value < 256; value++)
            {
                passing += ((low >> (value & 15)) & (high >> (value >> 4)) & 1) * Frequency[value];
            }

            share *= passing;
        }

        return share;
    }

    private static double[] Frequencies()
    {
        var frequency = new double[256];
        Array.Fill(frequency, 1e-5);
        for (var rank = 0; rank < ByFrequency.Length; rank++)
        {
            frequency[ByFrequency[rank]] = 0.09 * Math.Pow(0.95, rank);
        }

        var sum = frequency.Sum();
        return [.. frequency.Select(share => share / sum)];
    }
}
