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

    // For each place: which low and which high halves of a byte the bucket's needles have. Plain arrays and loops: every
    // process that reads a line starts here, and generic code over small structs would have to be compiled first.
    private readonly ushort[] low = new ushort[NeedleProbe.Size];
    private readonly ushort[] high = new ushort[NeedleProbe.Size];
    private readonly List<int> members = [];

    public static int[][] Assign(IReadOnlyList<byte[]> needles, int count)
    {
        var buckets = new ProbeBuckets[count];
        for (var bucket = 0; bucket < count; bucket++)
        {
            buckets[bucket] = new ProbeBuckets();
        }

        foreach (var needle in MostPermissiveFirst(needles))
        {
            Best(buckets, needles[needle]).Take(needle, needles[needle]);
        }

        var shares = new int[count][];
        for (var bucket = 0; bucket < count; bucket++)
        {
            shares[bucket] = buckets[bucket].members.ToArray();
            Array.Sort(shares[bucket]);
        }

        return shares;
    }

    /// <summary>What comes later finds its like, or stays away from it.</summary>
    private static int[] MostPermissiveFirst(IReadOnlyList<byte[]> needles)
    {
        var (order, alarms) = (new int[needles.Count], new double[needles.Count]);
        for (var needle = 0; needle < needles.Count; needle++)
        {
            alarms[needle] = new ProbeBuckets().AlarmsWith(needles[needle]);
            var place = needle;
            for (; place > 0 && alarms[order[place - 1]] < alarms[needle]; place--)
            {
                order[place] = order[place - 1];
            }

            order[place] = needle;
        }

        return order;
    }

    private static ProbeBuckets Best(ProbeBuckets[] buckets, byte[] needle)
    {
        var (best, least) = (buckets[0], double.MaxValue);
        foreach (var bucket in buckets)
        {
            var added = bucket.AlarmsWith(needle) - bucket.Alarms();
            if (added < least)
            {
                (best, least) = (bucket, added);
            }
        }

        return best;
    }

    private double AlarmsWith(byte[] needle)
    {
        var both = new ProbeBuckets();
        low.CopyTo(both.low, 0);
        high.CopyTo(both.high, 0);
        both.Add(needle);
        return both.Alarms();
    }

    private void Take(int number, byte[] needle)
    {
        members.Add(number);
        Add(needle);
    }

    private void Add(byte[] needle)
    {
        for (var place = 0; place < NeedleProbe.Size; place++)
        {
            for (var value = 0; value < 256; value++)
            {
                if (NeedleProbe.Accepts(needle[place], (byte)value))
                {
                    low[place] |= (ushort)(1 << (value & 15));
                    high[place] |= (ushort)(1 << (value >> 4));
                }
            }
        }
    }

    /// <summary>How much of random text passes.</summary>
    private double Alarms()
    {
        var share = 1.0;
        for (var place = 0; place < NeedleProbe.Size; place++)
        {
            var passing = 0.0;
            for (var value = 0; value < 256; value++)
            {
                passing += ((low[place] >> (value & 15)) & (high[place] >> (value >> 4)) & 1) * Frequency[value];
            }

            share *= passing;
        }

        return share;
    }

    private static double[] Frequencies()
    {
        var (frequency, sum) = (new double[256], 0.0);
        for (var value = 0; value < 256; value++)
        {
            var rank = ByFrequency.IndexOf((byte)value);
            frequency[value] = rank < 0 ? 1e-5 : 0.09 * Math.Pow(0.95, rank);
            sum += frequency[value];
        }

        for (var value = 0; value < 256; value++)
        {
            frequency[value] /= sum;
        }

        return frequency;
    }
}
