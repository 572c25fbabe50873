using System.Text.Json.Nodes;
using Granary.Elastic.Http;

namespace Granary.Elastic.Templates;

/// <summary>
/// Gives indices that an older version made the fields that this one has more, so that what is written from now on can be searched by
/// them. Fields that are there stay as they are: engines change no type.
/// </summary>
internal sealed class IndexUpgrade(ElasticClient client, IndexNames names)
{
    /// <summary>Looks at every index.</summary>
    internal async Task RunAsync(CancellationToken cancellation)
    {
        using var answer = await client.JsonAsync(HttpMethod.Get, $"{names.AllLines},{names.Builds},{names.Dead}/_mapping?ignore_unavailable=true",
            null, "read the mappings of indices", cancellation).ConfigureAwait(false);
        var indices = JsonNode.Parse(answer.RootElement.GetRawText())!.AsObject();
        foreach (var (index, mapping) in indices)
        {
            var missing = Missing(mapping!["mappings"]!["properties"]?.AsObject() ?? [], Template(index)["template"]!["mappings"]!["properties"]!.AsObject());
            if (missing.Count > 0)
            {
                await AddAsync(index, missing, cancellation).ConfigureAwait(false);
            }
        }
    }

    private JsonObject Template(string index) =>
        index == names.Builds ? TemplateBodies.Builds() : index == names.Dead ? TemplateBodies.Dead() : TemplateBodies.Lines(client.Options);

    private async Task AddAsync(string index, JsonObject fields, CancellationToken cancellation)
    {
        try
        {
            using var answer = await client.JsonAsync(
                HttpMethod.Put, $"{index}/_mapping", new JsonObject { ["properties"] = fields }, $"add fields to {index}", cancellation).ConfigureAwait(false);
        }
        catch (ElasticException exception) when (exception.Status == 400)
        {
            // An analyzer that the index lacks cannot be added to it: it goes on as it is, and the next day's has all.
        }
    }

    /// <summary>The fields of <paramref name="wanted"/> that <paramref name="there"/> lacks.</summary>
    private static JsonObject Missing(JsonObject there, JsonObject wanted)
    {
        var missing = new JsonObject();
        foreach (var (name, field) in wanted)
        {
            if (there[name] is not JsonObject had)
            {
                missing[name] = field!.DeepClone();
            }
            else if (field!["properties"] is JsonObject inner)
            {
                var more = Missing(had["properties"]?.AsObject() ?? [], inner);
                if (more.Count > 0)
                {
                    missing[name] = new JsonObject { ["properties"] = more };
                }
            }
        }

        return missing;
    }
}
