using System.Text.Json;

namespace Granary.Elastic;

/// <summary>What the engine says of itself at <c>GET /</c>.</summary>
/// <param name="Kind">Which it is.</param>
/// <param name="Version">Its version.</param>
public sealed record EngineInfo(EngineKind Kind, Version Version)
{
    private static readonly Version OldestOpenSearch = new(2, 15);
    private static readonly Version OldestElasticsearch = new(8, 0);

    /// <summary>Reads the answer to <c>GET /</c>.</summary>
    /// <exception cref="NotSupportedException">Another program, or one too old; the message is for people.</exception>
    public static EngineInfo Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return Read(document.RootElement);
        }
        catch (JsonException)
        {
            throw new NotSupportedException("neither Elasticsearch nor OpenSearch answers at this address");
        }
    }

    private static EngineInfo Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("version", out var version)
            || Text(version, "number") is not { } number || !Version.TryParse(number.Split('-', '+')[0], out var parsed))
        {
            throw new NotSupportedException("neither Elasticsearch nor OpenSearch answers at this address");
        }

        if (Text(version, "distribution") == "opensearch")
        {
            return parsed >= OldestOpenSearch ? new EngineInfo(EngineKind.OpenSearch, parsed) : throw TooOld("OpenSearch", number, "2.15");
        }

        var tagline = Text(root, "tagline") ?? "";
        if (tagline.Contains("OpenSearch", StringComparison.Ordinal))
        {
            throw new NotSupportedException($"OpenSearch says to be {number}: unset compatibility.override_main_response_version, or upgrade to 2.15 or later");
        }

        if (Text(version, "build_flavor") == "serverless")
        {
            throw new NotSupportedException("Elasticsearch serverless does not let shards and refreshing be set; it is not supported");
        }

        return !tagline.Contains("for Search", StringComparison.Ordinal) ? throw new NotSupportedException("neither Elasticsearch nor OpenSearch answers at this address")
            : parsed >= OldestElasticsearch ? new EngineInfo(EngineKind.Elasticsearch, parsed)
            : throw TooOld("Elasticsearch", number, "8.0");
    }

    private static NotSupportedException TooOld(string name, string number, string oldest) =>
        new($"{name} {number} is too old: {oldest} is the oldest supported");

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
