using System.Text;
using System.Text.Json.Nodes;

namespace Granary.Elastic;

/// <summary>Pieces of the engines' query language. Nothing is scored.</summary>
internal static class Dsl
{
    /// <summary>The body of a request that asks nothing but this.</summary>
    internal static JsonObject Body(JsonObject query) => new() { ["query"] = query };

    internal static JsonObject Term(string field, JsonNode value) => new() { ["term"] = new JsonObject { [field] = value } };

    internal static JsonObject Terms(string field, IEnumerable<string> values) =>
        new() { ["terms"] = new JsonObject { [field] = new JsonArray([.. values.Select(value => (JsonNode)value)]) } };

    internal static JsonObject Ids(IEnumerable<string> ids) =>
        new() { ["ids"] = new JsonObject { ["values"] = new JsonArray([.. ids.Select(id => (JsonNode)id)]) } };

    internal static JsonObject Exists(string field) => new() { ["exists"] = new JsonObject { ["field"] = field } };

    internal static JsonObject Prefix(string field, string value) => new() { ["prefix"] = new JsonObject { [field] = value } };

    internal static JsonObject Wildcard(string field, string pattern) =>
        new() { ["wildcard"] = new JsonObject { [field] = new JsonObject { ["value"] = pattern } } };

    internal static JsonObject Phrase(string field, string text) => new() { ["match_phrase"] = new JsonObject { [field] = text } };

    /// <summary>From the first value on, up to before the second; null: no bound.</summary>
    internal static JsonObject Range(string field, JsonNode? from, JsonNode? before)
    {
        var bounds = new JsonObject();
        if (from is not null)
        {
            bounds["gte"] = from;
        }

        if (before is not null)
        {
            bounds["lt"] = before;
        }

        return new JsonObject { ["range"] = new JsonObject { [field] = bounds } };
    }

    internal static JsonObject Filter(params JsonObject[] queries) =>
        new() { ["bool"] = new JsonObject { ["filter"] = new JsonArray([.. queries.Select(query => query.DeepClone())]) } };

    internal static JsonObject Any(params JsonObject[] queries) => new()
    {
        ["bool"] = new JsonObject
        {
            ["should"] = new JsonArray([.. queries.Select(query => query.DeepClone())]),
            ["minimum_should_match"] = 1,
        },
    };

    internal static JsonObject Not(JsonObject query) =>
        new() { ["bool"] = new JsonObject { ["must_not"] = new JsonArray(query.DeepClone()) } };

    /// <summary>Text that stands for itself in a wildcard pattern.</summary>
    internal static string Escape(string literal)
    {
        var text = new StringBuilder(literal.Length);
        foreach (var character in literal)
        {
            text.Append(character is '*' or '?' or '\\' ? "\\" : "").Append(character);
        }

        return text.ToString();
    }
}
