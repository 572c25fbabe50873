using Granary.Core.Model;
using Granary.Core.Ports;

namespace Granary.Sources.Decoding;

/// <summary>Zstandard (RFC 8878). libzstd itself bounds the window at 128 MiB.</summary>
internal sealed unsafe class ZstdDecoder : Decoder
{
    private nint stream;

    /// <exception cref="LogCutException">libzstd is not installed.</exception>
    public ZstdDecoder()
    {
        try
        {
            stream = ZstdNative.Create();
            Reset();
        }
        catch (Exception missing) when (missing is DllNotFoundException or EntryPointNotFoundException)
        {
            throw new LogCutException(FileStatus.Refused, "zstd: the library libzstd.so.1 is not installed", missing);
        }
    }

    public override string Name => "zstd";

    public override DecodeStatus Decode(ReadOnlySpan<byte> source, Span<byte> target, out int consumed, out int written)
    {
        fixed (byte* input = source)
        fixed (byte* output = target)
        {
            var from = new ZstdNative.Buffer { Bytes = input, Size = (nuint)source.Length };
            var to = new ZstdNative.Buffer { Bytes = output, Size = (nuint)target.Length };
            var result = ZstdNative.Decompress(stream, &to, &from);
            consumed = (int)from.Position;
            written = (int)to.Position;
            return ZstdNative.IsError(result) != 0 ? DecodeStatus.Damaged : result == 0 ? DecodeStatus.End : DecodeStatus.More;
        }
    }

    // A frame begins with 28 B5 2F FD, a skippable one with 50..5F 2A 4D 18.
    public override bool CanBegin(byte first) => first is 0x28 or (>= 0x50 and <= 0x5f);

    public override void Reset() => _ = ZstdNative.Begin(stream);

    public override void Dispose()
    {
        if (stream != 0)
        {
            _ = ZstdNative.Free(stream);
            stream = 0;
        }
    }
}
