using Granary.Core.Ports;
using Granary.Sources.Decoding;

namespace Granary.Sources.Http;

/// <summary>A log fetched by HTTP: resumed below, decoded above.</summary>
internal sealed class HttpLogBody : LogBody
{
    // What the bytes of an ETag given out count: a plain log can be resumed by range, a compressed one only by decoding again.
    private const string Plain = "plain ";
    private const string Compressed = "compressed ";

    private readonly TransferStream transfer;

    private HttpLogBody(TransferStream transfer, Stream content) => (this.transfer, Content) = (transfer, content);

    public override long ReceivedBytes => transfer.Received;

    public override Stream Content { get; }

    /// <exception cref="CiException">See <see cref="SourceClient.SendAsync"/>.</exception>
    public static async Task<LogBody> OpenAsync(SourceClient client, Uri address, long offset, string? etag, CancellationToken cancellation)
    {
        var plain = etag?.StartsWith(Plain, StringComparison.Ordinal) == true;
        var expected = plain && offset > 0 ? new Validator(etag![Plain.Length..]) : null;
        var (transfer, answer) = await TransferStream.OpenAsync(client, address, offset, expected, cancellation);
        if (transfer.From > 0)
        {
            return Body(transfer, transfer, offset, etag);
        }

        var decoded = await DecodedLog.OpenAsync(
            transfer, answer.Encodings, client.Options.Decoding, () => transfer.Received, cancellation);
        var tag = transfer.ETag is { } strong ? (decoded.Compressed ? Compressed : Plain) + strong : null;
        var skipped = offset > 0 && tag is not null && tag == etag && await StreamSkip.SkipAsync(decoded, offset, cancellation);
        return Body(transfer, decoded, skipped ? offset : 0, tag);
    }

    public override async ValueTask DisposeAsync() => await Content.DisposeAsync();

    private static HttpLogBody Body(TransferStream transfer, Stream content, long offset, string? tag) =>
        new(transfer, content) { Offset = offset, ETag = tag, DeclaredBytes = transfer.Total };
}
