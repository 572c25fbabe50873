using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Granary.Sources.Http;

/// <summary>
/// JSON as servers really send it. Names of files need not be UTF-8: Python writes the bytes that are not as lone surrogates
/// (<c>\udce9</c>), which no string can hold.
/// </summary>
internal static class JsonText
{
    // A folder of a manifest takes two levels.
    private const int MaxDepth = 256;

    private static readonly JsonDocumentOptions Depth = new() { MaxDepth = MaxDepth };

    /// <summary>True where there are no more than so many values, names and brackets.</summary>
    /// <exception cref="JsonException">Not JSON, or too deep.</exception>
    public static bool Holds(ReadOnlySpan<byte> bytes, int tokens)
    {
        if (bytes.Length <= tokens)
        {
            return true;
        }

        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = MaxDepth });
        while (tokens > 0 && reader.Read())
        {
            tokens--;
        }

        return tokens > 0;
    }

    /// <summary>Bytes that are not UTF-8 become U+FFFD.</summary>
    /// <exception cref="JsonException">Not JSON, or too deep.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> bytes) => JsonDocument.Parse(
        Utf8.IsValid(bytes.Span) ? bytes : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes.Span)), Depth);

    /// <summary>The string; as it stands in the document, escapes and all, where no string can hold it. Null for none.</summary>
    public static string? String(JsonElement parent, string name)
    {
        if (!parent.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return value.GetRawText().Trim('"');
        }
    }
}
