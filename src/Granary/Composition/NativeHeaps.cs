using System.Runtime.InteropServices;

namespace Granary.Composition;

/// <summary>The heaps of the C library, where compressors and SQLite have their memory.</summary>
internal static partial class NativeHeaps
{
    /// <summary>M_ARENA_MAX of glibc's malloc.h.</summary>
    private const int ArenaMax = -8;

    /// <summary>
    /// At most as many as there are processors, and two: glibc makes eight times as many, one for each thread that asks, and each keeps the
    /// megabytes of a compressor. To be called before there are many threads; without effect on other systems and libraries.
    /// </summary>
    public static void Limit()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            _ = SetOption(ArenaMax, Math.Max(2, Environment.ProcessorCount));
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            // Not glibc.
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);
}
