namespace Granary.CrashTests;

/// <summary>How much is tried: a sample in every run, all of it with <c>GRANARY_FULL=1</c>.</summary>
internal static class Effort
{
    public static bool Full { get; } = Environment.GetEnvironmentVariable("GRANARY_FULL") == "1";

    public static int Of(int sample, int full) => Full ? full : sample;

    public static long Of(long sample, long full) => Full ? full : sample;
}
