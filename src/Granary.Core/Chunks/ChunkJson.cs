using System.Text.Json.Serialization;

namespace Granary.Core.Chunks;

/// <summary>The head of a packed chunk.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ChunkCodec.Head))]
internal sealed partial class ChunkJson : JsonSerializerContext;
