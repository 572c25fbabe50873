using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Granary.Core.Model;

namespace Granary.State.Tables;

/// <summary>How a source is stored: members by name, so that later versions can add some.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SourceDefinition))]
internal sealed partial class SourceJson : JsonSerializerContext
{
    private static readonly SourceDefinition Bare = new() { Id = "", Name = "", Kind = "", Address = "" };

    public static string Write(SourceDefinition source) => JsonSerializer.Serialize(source, Default.SourceDefinition);

    /// <exception cref="JsonException">Not a definition.</exception>
    public static SourceDefinition Parse(string json)
    {
        // Generated code gives init-only members that are missing null or zero, not what they are initialised with: a definition
        // stored before a member was known is laid over the defaults.
        var members = Node(Write(Bare));
        Lay(Node(json), members);
        return members.Deserialize(Default.SourceDefinition)!;
    }

    private static JsonObject Node(string json) => JsonNode.Parse(json) as JsonObject ?? throw new JsonException("not an object");

    private static void Lay(JsonObject upper, JsonObject lower)
    {
        foreach (var (name, value) in upper)
        {
            if (value is JsonObject inner && lower[name] is JsonObject below)
            {
                Lay(inner, below);
            }
            else
            {
                lower[name] = value?.DeepClone();
            }
        }
    }
}
