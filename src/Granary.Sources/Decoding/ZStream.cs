using System.Runtime.InteropServices;

namespace Granary.Sources.Decoding;

/// <summary>The stream record of the runtime's own zlib shim (<c>PAL_ZStream</c>, the same since .NET Core 1.0).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ZStream
{
    public byte* NextIn;
    public byte* NextOut;
    public byte* Message;
    public void* State;
    public uint AvailableIn;
    public uint AvailableOut;
}
