namespace Granary.Simulator;

/// <summary>Turns a seed and a few numbers into bits: whatever the simulator decides is a pure function of these.</summary>
internal static class SeededHash
{
    public static ulong Of(ulong seed, ulong a, ulong b = 0, ulong c = 0) =>
        Mix(Mix(Mix(Mix(seed) ^ a) + 0x9E3779B97F4A7C15 ^ b) + 0xD1B54A32D192ED03 ^ c);

    /// <summary>A number in 0 (inclusive) to 1 (exclusive).</summary>
    public static double Unit(ulong hash) => (hash >> 11) * (1.0 / (1UL << 53));

    /// <summary>The finaliser of SplitMix64 (Steele, Lea and Flood, 2014).</summary>
    public static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
