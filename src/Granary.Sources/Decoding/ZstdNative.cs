using System.Runtime.InteropServices;

namespace Granary.Sources.Decoding;

/// <summary>The streaming part of libzstd's stable interface (zstd.h).</summary>
internal static unsafe partial class ZstdNative
{
    private const string Library = "libzstd.so.1";

    [LibraryImport(Library, EntryPoint = "ZSTD_createDStream")]
    public static partial nint Create();

    [LibraryImport(Library, EntryPoint = "ZSTD_freeDStream")]
    public static partial nuint Free(nint stream);

    [LibraryImport(Library, EntryPoint = "ZSTD_initDStream")]
    public static partial nuint Begin(nint stream);

    [LibraryImport(Library, EntryPoint = "ZSTD_decompressStream")]
    public static partial nuint Decompress(nint stream, Buffer* output, Buffer* input);

    [LibraryImport(Library, EntryPoint = "ZSTD_isError")]
    public static partial uint IsError(nuint code);

    /// <summary><c>ZSTD_inBuffer</c> and <c>ZSTD_outBuffer</c>, which are laid out alike.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Buffer
    {
        public byte* Bytes;
        public nuint Size;
        public nuint Position;
    }
}
