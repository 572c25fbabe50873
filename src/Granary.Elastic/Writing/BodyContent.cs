using System.IO.Compression;
using System.Net;

namespace Granary.Elastic.Writing;

/// <summary>A body as the content of a request, its length known; compressed where asked. Does not own the body.</summary>
internal sealed class BodyContent : HttpContent
{
    private readonly BodyBuffer body;
    private readonly BodyBuffer? compressed;

    internal BodyContent(BodyBuffer body, bool compress)
    {
        this.body = body;
        Headers.TryAddWithoutValidation("Content-Type", "application/x-ndjson");
        if (compress)
        {
            compressed = new BodyBuffer();
            using (var gzip = new GZipStream(new BodyStream(compressed), CompressionLevel.Fastest))
            {
                body.CopyTo(gzip);
            }

            Headers.TryAddWithoutValidation("Content-Encoding", "gzip");
        }
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        (compressed ?? body).CopyToAsync(stream, cancellationToken);

    protected override bool TryComputeLength(out long length)
    {
        length = (compressed ?? body).Length;
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        compressed?.Dispose();
        base.Dispose(disposing);
    }
}
