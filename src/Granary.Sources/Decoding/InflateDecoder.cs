using System.Runtime.InteropServices;

namespace Granary.Sources.Decoding;

/// <summary>gzip (RFC 1952), zlib (RFC 1950) and raw deflate (RFC 1951).</summary>
internal sealed unsafe class InflateDecoder : Decoder
{
    private readonly int windowBits;
    private ZStream* stream;

    private InflateDecoder(string name, int windowBits)
    {
        Name = name;
        this.windowBits = windowBits;
        stream = (ZStream*)NativeMemory.AllocZeroed((nuint)sizeof(ZStream));
        Begin();
    }

    public override string Name { get; }

    // zlib's own convention: 15 is the largest window, +16 means gzip, negative means raw.
    public static InflateDecoder Gzip() => new("gzip", 31);

    public static InflateDecoder Zlib() => new("zlib", 15);

    public static InflateDecoder Raw() => new("deflate", -15);

    public override DecodeStatus Decode(ReadOnlySpan<byte> source, Span<byte> target, out int consumed, out int written)
    {
        ObjectDisposedException.ThrowIf(stream is null, this);
        fixed (byte* input = source)
        fixed (byte* output = target)
        {
            stream->NextIn = input;
            stream->AvailableIn = (uint)source.Length;
            stream->NextOut = output;
            stream->AvailableOut = (uint)target.Length;
            var result = ZlibNative.Inflate(stream, ZlibNative.SyncFlush);
            consumed = source.Length - (int)stream->AvailableIn;
            written = target.Length - (int)stream->AvailableOut;
            return result switch
            {
                ZlibNative.Ok or ZlibNative.BufferError => DecodeStatus.More,
                ZlibNative.StreamEnd => DecodeStatus.End,
                _ => DecodeStatus.Damaged,
            };
        }
    }

    public override bool CanBegin(byte first) => windowBits == 31 && first == 0x1f;

    public override void Reset()
    {
        _ = ZlibNative.InflateEnd(stream);
        Begin();
    }

    public override void Dispose()
    {
        if (stream is not null)
        {
            _ = ZlibNative.InflateEnd(stream);
            NativeMemory.Free(stream);
            stream = null;
        }
    }

    private void Begin()
    {
        *stream = default;
        if (ZlibNative.InflateInit(stream, windowBits) != ZlibNative.Ok)
        {
            throw new InvalidOperationException("zlib cannot begin to inflate (out of memory?)");
        }
    }
}
