using Granary.Core.Model;

namespace Granary.Elastic;

/// <summary>Reads the severities of documents, which are called as in queries.</summary>
internal static class LevelNames
{
    internal static Severity Parse(string? name) => Enum.TryParse<Severity>(name, ignoreCase: true, out var severity) ? severity : Severity.None;
}
