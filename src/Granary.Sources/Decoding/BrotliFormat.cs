using System.Buffers;
using System.IO.Compression;

namespace Granary.Sources.Decoding;

/// <summary>Brotli (RFC 7932): no magic number and no checksum, so only a Content-Encoding or a file's name tells it.</summary>
internal sealed class BrotliFormat : Decoder
{
    private BrotliDecoder decoder;

    public override string Name => "brotli";

    public override DecodeStatus Decode(ReadOnlySpan<byte> source, Span<byte> target, out int consumed, out int written) =>
        decoder.Decompress(source, target, out consumed, out written) switch
        {
            OperationStatus.Done => DecodeStatus.End,
            OperationStatus.InvalidData => DecodeStatus.Damaged,
            _ => DecodeStatus.More,
        };

    public override bool CanBegin(byte first) => false;

    public override void Reset()
    {
        decoder.Dispose();
        decoder = default;
    }

    public override void Dispose() => decoder.Dispose();
}
