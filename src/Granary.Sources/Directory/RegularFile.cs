using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Granary.Sources.Directories;

/// <summary>Tells logs from pipes, sockets and devices, which .NET shows as files without a byte.</summary>
internal static partial class RegularFile
{
    // linux/stat.h and linux/fcntl.h; the structure is the same on every processor.
    private const int StatxSize = 256;
    private const int ModeAt = 28;
    private const int TypeMask = 0xF000;
    private const int Regular = 0x8000;
    private const int CurrentDirectory = -100;
    private const int NoFollow = 0x100;
    private const uint TypeOnly = 1;

    /// <summary>False for what is known to be none. Worth asking for files without a byte only.</summary>
    public static bool Is(string path)
    {
        Span<byte> found = stackalloc byte[StatxSize];
        return !OperatingSystem.IsLinux()
            || Statx(CurrentDirectory, path, NoFollow, TypeOnly, ref MemoryMarshal.GetReference(found)) != 0
            || (BinaryPrimitives.ReadUInt16LittleEndian(found[ModeAt..]) & TypeMask) == Regular;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, ref byte found);
}
