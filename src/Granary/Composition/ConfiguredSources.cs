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
    private static readonly string[] Texts = ["Name", "Kind", "Url", "Path", "Tenant", "TokenFile", "Poll", "Since"];

    // As the command line has it.
    private static readonly string[] NotOfDirectories =
        ["Url", "Tenant", "TokenFile", "AllowHosts", "Projects", "Pipelines", "Branches", "Results"];

    /// <summary>
    /// Adds those that are new and changes those that differ; a source keeps its id and, once fixed, its start. All are read and
    /// checked before the first is saved.
    /// </summary>
    /// <exception cref="UserException">A value is missing or wrong; the message names it. Nothing was saved.</exception>
    public static async Task SaveAsync(
        IStateStore state, IReadOnlyList<IConfigurationSection> sections, CancellationToken cancellation)
    {
        if (sections.Count == 0)
        {
            return;
        }

        var sources = await state.ReadSourcesAsync(cancellation);
        var all = new List<SourceDefinition>();
        foreach (var section in sections)
        {
            var wanted = ReadChecked(section, sources);
            if (all.Any(other => string.Equals(other.Name, wanted.Name, StringComparison.OrdinalIgnoreCase)))
            {
                throw new UserException($"{section.Path}:Name: there is a source '{wanted.Name}' in the file already");
            }

            all.Add(wanted.Id != SourceNames.NoId ? wanted
                : wanted with { Id = await SourceNames.NewIdAsync(state, [.. sources, .. all], wanted, cancellation) });
        }

        foreach (var wanted in all)
        {
            if (wanted.PurgeLater)
            {
                await Console.Error.WriteLineAsync(
                    $"'{wanted.Name}' stands in the configuration file, but is removed, to be purged: 'granary source resume {wanted.Name}' collects it again");
            }

            if (sources.All(known => SourcePrinter.Json(known) != SourcePrinter.Json(wanted)))
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

    private static SourceDefinition ReadChecked(IConfigurationSection section, IReadOnlyList<SourceDefinition> sources)
    {
        if (Texts.FirstOrDefault(text => section[text] is { } value && string.IsNullOrWhiteSpace(value)) is { } empty)
        {
            throw new UserException($"{section.Path}:{empty} is empty");
        }

        var (name, kind) = (Required(section, "Name"), Required(section, "Kind"));
        var foreign = kind switch { "directory" => NotOfDirectories, "zuul" => ["Path"], _ => [] };
        if (foreign.FirstOrDefault(setting => section.GetSection(setting).Exists()) is { } wrong)
        {
            throw new UserException($"{section.Path}:{wrong}: a {kind} source has no such setting");
        }

        var known = sources.FirstOrDefault(source => string.Equals(source.Name, name, StringComparison.OrdinalIgnoreCase));
        var wanted = Read(section, name, kind, known);
        Require(wanted, field => $"{section.Path}:{SettingOf(wanted.Kind, field)}");
        return wanted;
    }

    private static string SettingOf(string kind, string field) => field switch
    {
        nameof(SourceDefinition.Address) => kind == "directory" ? "Path" : "Url",
        nameof(SourceDefinition.PollInterval) => "Poll",
        nameof(SourceDefinition.AllowedHosts) => "AllowHosts",
        _ => field,
    };

    private static SourceDefinition Read(IConfigurationSection section, string name, string kind, SourceDefinition? known) => new()
    {
        Id = known?.Id ?? SourceNames.NoId,
        Name = name,
        Kind = kind,
        Address = kind == "directory" ? Path.GetFullPath(Required(section, "Path")) : section["Url"] ?? (kind == "zuul" ? Required(section, "Url") : ""),
        Tenant = section["Tenant"],
        TokenFile = section["TokenFile"],
        AllowedHosts = List(section, "AllowHosts"),
        Paused = known?.Paused ?? false,
        PurgeLater = known?.PurgeLater ?? false,
        PollInterval = section["Poll"] is { } poll ? TimeText.Span(section.Path + ":Poll", poll) : TimeSpan.FromSeconds(30),
        Filter = new()
        {
            Projects = List(section, "Projects"),
            Pipelines = List(section, "Pipelines"),
            Jobs = List(section, "Jobs"),
            Branches = List(section, "Branches"),
            Results = List(section, "Results"),
            Files = List(section, "Files"),
            Since = known is not null ? known.Filter.Since
                : section["Since"] is { } since ? TimeText.Instant(section.Path + ":Since", since, DateTimeOffset.UtcNow) : null,
        },
    };

    private static string Required(IConfigurationSection section, string key) =>
        section[key] ?? throw new UserException(string.Create(CultureInfo.InvariantCulture, $"{section.Path}:{key} is missing"));

    /// <summary>A list, or one value alone.</summary>
    private static IReadOnlyList<string> List(IConfigurationSection section, string key) => section[key] is { Length: > 0 } one
        ? [one]
        : [.. section.GetSection(key).GetChildren().Select(child => child.Value).OfType<string>()];
}
