using System.Runtime.InteropServices;

namespace Granary.Sources.Decoding;

/// <summary>
/// The zlib that ships with the runtime. GZipStream takes a truncated file for a whole one and does not say where a member
/// ends; inflate itself tells both.
/// </summary>
internal static unsafe partial class ZlibNative
{
    public const int Ok = 0;
    public const int StreamEnd = 1;
    public const int BufferError = -5;
    public const int SyncFlush = 2;

    private const string Library = "System.IO.Compression.Native";

    [LibraryImport(Library, EntryPoint = "CompressionNative_InflateInit2_")]
    public static partial int InflateInit(ZStream* stream, int windowBits);

    [LibraryImport(Library, EntryPoint = "CompressionNative_Inflate")]
    public static partial int Inflate(ZStream* stream, int flush);

    [LibraryImport(Library, EntryPoint = "CompressionNative_InflateEnd")]
    public static partial int InflateEnd(ZStream* stream);
}
