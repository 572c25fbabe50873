using Granary.Core.Model;

namespace Granary.Elastic;

/// <summary>What severities are called in documents.</summary>
internal static class LevelNames
{
    internal static string Of(Severity severity) => severity.ToString().ToLowerInvariant();

    internal static Severity Parse(string? name) => Enum.TryParse<Severity>(name, ignoreCase: true, out var severity) ? severity : Severity.None;
}
