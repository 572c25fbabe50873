using Granary.Core.Model;
using Granary.Core.Ports;

namespace Granary.Sources.Decoding;

/// <summary>Which decoder a body wants, by what its header and its first bytes say.</summary>
internal static class DecoderChoice
{
    /// <summary>
    /// By a Content-Encoding. Null for identity, and where the first bytes show that the header is wrong (a stored file's
    /// metadata outlives its re-upload).
    /// </summary>
    /// <exception cref="LogCutException">An encoding that is not known.</exception>
    public static Decoder? ByName(string encoding, ReadOnlySpan<byte> head) => encoding.Trim().ToLowerInvariant() switch
    {
        "" or "identity" or "aws-chunked" => null,
        "gzip" or "x-gzip" => ByMagic(head),
        "zstd" => ByMagic(head),
        "br" => head.IsEmpty ? null : new BrotliFormat(),
        "deflate" => head.Length < 2 ? null : IsZlib(head) ? InflateDecoder.Zlib() : InflateDecoder.Raw(),
        _ => throw new LogCutException(FileStatus.Refused, $"Content-Encoding {encoding} is not known"),
    };

    /// <summary>Null where the bytes begin no format that has a magic number.</summary>
    public static Decoder? ByMagic(ReadOnlySpan<byte> head) =>
        head.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]) || head.SequenceEqual((ReadOnlySpan<byte>)[0x1f]) ? InflateDecoder.Gzip()
        : head.StartsWith((ReadOnlySpan<byte>)[0x28, 0xb5, 0x2f, 0xfd]) ? new ZstdDecoder()
        : null;

    // RFC 1950: method 8, and the first two bytes as a number divide by 31.
    private static bool IsZlib(ReadOnlySpan<byte> head) => (head[0] & 0x0f) == 8 && ((head[0] << 8) | head[1]) % 31 == 0;
}
