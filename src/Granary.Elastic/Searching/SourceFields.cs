using System.Text.Json;

namespace Granary.Elastic.Searching;

/// <summary>Finds a field in a document, where dots in its name may stand for themselves or for objects, as engines see it.</summary>
internal static class SourceFields
{
    internal static bool TryFind(JsonElement document, ReadOnlySpan<char> name, out JsonElement value)
    {
        if (document.ValueKind != JsonValueKind.Object)
        {
            value = default;
            return false;
        }

        if (document.TryGetProperty(name, out value))
        {
            return true;
        }

        for (var dot = name.IndexOf('.'); dot >= 0;)
        {
            if (document.TryGetProperty(name[..dot], out var inner) && TryFind(inner, name[(dot + 1)..], out value))
            {
                return true;
            }

            var next = name[(dot + 1)..].IndexOf('.');
            dot = next < 0 ? -1 : dot + 1 + next;
        }

        return false;
    }

    /// <exception cref="KeyNotFoundException">The document lacks the field.</exception>
    internal static JsonElement Find(JsonElement document, string name) =>
        TryFind(document, name, out var value) ? value : throw new KeyNotFoundException($"a document has no {name}");
}
