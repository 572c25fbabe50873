using System.Globalization;
using Granary.Core.Model;
using Granary.Core.Ports;
using Granary.Output;
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
            Require(wanted, field => $"{section.Path}:{SettingOf(wanted.Kind, field)}");
            if (known is null || SourcePrinter.Json(known) != SourcePrinter.Json(wanted))
            {
                await state.SaveSourceAsync(wanted, cancellation);
            }
        }
    }

    /// <param name="source">What is to be saved.</param>
    /// <param name="nameOf">What the user knows a field of the definition as.</param>
    /// <exception cref="UserException">The definition breaks a rule; all broken ones are named.</exception>
    public static void Require(SourceDefinition source, Func<string, string> nameOf)
    {
        var errors = SourceValidation.Validate(source);
        if (errors.Count > 0)
        {
            throw new UserException(string.Join("; ", errors.Select(error => $"{nameOf(error.Field)}: {error.Message}")));
        }
    }

    private static string SettingOf(string kind, string field) => field switch
    {
        nameof(SourceDefinition.Address) => kind == "directory" ? "Path" : "Url",
        nameof(SourceDefinition.PollInterval) => "Poll",
        nameof(SourceDefinition.AllowedHosts) => "AllowHosts",
        _ => field,
    };

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

    /// <summary>A list, or one value alone.</summary>
    private static IReadOnlyList<string> List(IConfigurationSection section, string key) => section[key] is { } one
        ? [one]
        : [.. section.GetSection(key).GetChildren().Select(child => child.Value).OfType<string>()];
}
