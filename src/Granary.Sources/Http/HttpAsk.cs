using System.Net.Http.Headers;

namespace Granary.Sources.Http;

/// <summary>One request, as it may be sent several times.</summary>
internal sealed record HttpAsk(Uri Address)
{
    public HttpMethod Method { get; init; } = HttpMethod.Get;

    /// <summary>The first byte wanted, of the encoded bytes; 0 for all.</summary>
    public long From { get; init; }

    /// <summary>The validator that a range depends on; see RFC 9110, If-Range.</summary>
    public RangeConditionHeaderValue? IfRange { get; init; }

    public string? Accept { get; init; }

    /// <summary>True for a log's bytes, which may be read slowly.</summary>
    public bool IsLog { get; init; }
}
