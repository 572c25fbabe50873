using System.Globalization;
using Granary.Core.Model;
using Granary.Core.Ports;
using Granary.Sources;
using Microsoft.Extensions.Configuration;

namespace Granary.Composition;

/// <summary>Sources that stand in the configuration file: the same words as the options of <c>source add</c>.</summary>
internal static class ConfiguredSources
{
    /// <summary>Adds those that are new and changes those that differ; a source keeps its id and, once fixed, its start.</summary>
    /// <exception cref="UserException">A value is missing or wrong; the message names it.</exception>
    public static async Task SaveAsync(
        IStateStore state, IReadOnlyList<IConfigurationSection> sections, CancellationToken cancellation)
    {
        foreach (var section in sections)
        {
            var sources = await state.ReadSourcesAsync(cancellation);
            var name = Required(section, "Name");
            var known = sources.FirstOrDefault(source => string.Equals(source.Name, name, StringComparison.OrdinalIgnoreCase));
            var wanted = Read(section, name, known, known?.Id ?? SourceNames.NewId(sources, name));
            Require(wanted, section.Path);
            if (known is null || System.Text.Json.JsonSerializer.Serialize(known) != System.Text.Json.JsonSerializer.Serialize(wanted))
            {
                await state.SaveSourceAsync(wanted, cancellation);
            }
        }
    }

    /// <exception cref="UserException">The definition breaks a rule; all broken ones are named.</exception>
    public static void Require(SourceDefinition source, string what)
    {
        var errors = SourceValidation.Validate(source);
        if (errors.Count > 0)
        {
            throw new UserException($"{what}: {string.Join("; ", errors.Select(error => $"{error.Field}: {error.Message}"))}");
        }
    }

    private static SourceDefinition Read(IConfigurationSection section, string name, SourceDefinition? known, string id) => new()
    {
        Id = id,
        Name = name,
        Kind = Required(section, "Kind"),
        Address = section["Url"] ?? (section["Path"] is { } path ? Path.GetFullPath(path) : Required(section, "Url")),
        Tenant = section["Tenant"],
        TokenFile = section["TokenFile"],
        AllowedHosts = List(section, "AllowHosts"),
        Paused = known?.Paused ?? false,
        PollInterval = section["Poll"] is { } poll ? SourceText.Span(section.Path + ":Poll", poll) : TimeSpan.FromSeconds(30),
        Filter = new()
        {
            Projects = List(section, "Projects"),
            Pipelines = List(section, "Pipelines"),
            Jobs = List(section, "Jobs"),
            Branches = List(section, "Branches"),
            Results = List(section, "Results"),
            Files = List(section, "Files"),
            Since = known is not null ? known.Filter.Since
                : section["Since"] is { } since ? SourceText.Instant(section.Path + ":Since", since, DateTimeOffset.UtcNow) : null,
        },
    };

    private static string Required(IConfigurationSection section, string key) =>
        section[key] ?? throw new UserException(string.Create(CultureInfo.InvariantCulture, $"{section.Path}:{key} is missing"));

    private static IReadOnlyList<string> List(IConfigurationSection section, string key) =>
        [.. section.GetSection(key).GetChildren().Select(child => child.Value).OfType<string>()];
}
