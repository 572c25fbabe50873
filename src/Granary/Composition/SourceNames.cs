using Granary.Core.Model;

namespace Granary.Composition;

/// <summary>Finds sources by what people call them.</summary>
internal static class SourceNames
{
    /// <exception cref="UserException">No source has this name or id.</exception>
    public static SourceDefinition Find(IReadOnlyList<SourceDefinition> sources, string name) =>
        TryFind(sources, name) ?? throw new UserException(Unknown(sources, name));

    /// <summary>Null if no source has this name or id.</summary>
    public static SourceDefinition? TryFind(IReadOnlyList<SourceDefinition> sources, string name) =>
        sources.FirstOrDefault(source => string.Equals(source.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? sources.FirstOrDefault(source => source.Id == name);

    public static string Unknown(IReadOnlyList<SourceDefinition> sources, string name) => sources.Count == 0
        ? $"there is no source '{name}'; none is configured"
        : $"there is no source '{name}'; there are: {string.Join(", ", sources.Select(source => source.Name))}";

    /// <summary>An id made of a name: lower-case letters, digits and <c>-</c>, unlike every id in use.</summary>
    public static string NewId(IReadOnlyList<SourceDefinition> sources, string name)
    {
        var plain = string.Concat(name.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')).Trim('-');
        plain = plain.Length == 0 ? "source" : plain;
        var id = plain;
        for (var n = 2; sources.Any(source => source.Id == id); n++)
        {
            id = $"{plain}-{n}";
        }

        return id;
    }
}
