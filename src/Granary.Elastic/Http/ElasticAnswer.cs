using System.Text.Json;

namespace Granary.Elastic.Http;

/// <summary>A whole answer of the engine.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">All of the body.</param>
/// <param name="RetryAfter">How long the engine asks to be left alone, within bounds; null where it does not.</param>
internal sealed record ElasticAnswer(int Status, ReadOnlyMemory<byte> Body, TimeSpan? RetryAfter)
{
    internal bool Succeeded => Status is >= 200 and < 300;

    /// <summary>True where the same request can succeed later.</summary>
    internal bool IsTransient => Status is 429 or 500 or 502 or 503 or 504 or 408;

    /// <summary>The error's name and reason; empty strings where the body has none.</summary>
    internal (string Type, string Reason) Error()
    {
        try
        {
            using var document = JsonDocument.Parse(Body);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("error", out var error)
                ? EngineErrors.Read(error)
                : ("", "");
        }
        catch (JsonException)
        {
            return ("", "");
        }
    }
}
