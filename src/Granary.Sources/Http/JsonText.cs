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
    private static readonly JsonDocumentOptions Depth = new() { MaxDepth = 256 };

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
