using System.Text.Json;
using Granary.Core.Model;

namespace Granary.App.Collecting;

/// <summary>Compares definitions by their content: records compare lists by reference.</summary>
internal static class SourceEquality
{
    public static bool Same(SourceDefinition left, SourceDefinition right) =>
        JsonSerializer.Serialize(left) == JsonSerializer.Serialize(right);
}
