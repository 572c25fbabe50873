namespace Granary.Sources.Http;

/// <summary>An answer whose headers have come and whose body has not been read; holds the host's permit until disposed.</summary>
internal sealed class HttpAnswer(HttpResponseMessage response, IDisposable permit, Uri address) : IDisposable
{
    public HttpResponseMessage Response { get; } = response;

    /// <summary>Where it came from, after redirects.</summary>
    public Uri Address { get; } = address;

    public string? MediaType => Response.Content.Headers.ContentType?.MediaType;

    public IReadOnlyList<string> Encodings => [.. Response.Content.Headers.ContentEncoding];

    public void Dispose()
    {
        Response.Dispose();
        permit.Dispose();
    }
}
