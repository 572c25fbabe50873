using System.Text.Json;
using Granary.Core.Model;

namespace Granary.Output;

/// <summary>Shows sources. The path of a token file is shown, a token never: it is not stored.</summary>
internal static class SourcePrinter
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web);

    public static IReadOnlyList<string> Row(SourceDefinition source) => [source.Name, source.Kind, source.Address, State(source)];

    public static string Json(SourceDefinition source) => JsonSerializer.Serialize(source, Format);

    public static void Write(TextWriter output, SourceDefinition source)
    {
        void Line(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                output.WriteLine($"{name + ":",-12} {value}");
            }
        }

        var filter = source.Filter;
        Line("name", source.Name);
        Line("id", source.Id);
        Line("kind", source.Kind);
        Line("address", source.Address);
        Line("tenant", source.Tenant);
        Line("state", State(source));
        Line("poll", Durations.Of(source.PollInterval));
        Line("since", filter.Since?.ToString("u"));
        Line("projects", string.Join(", ", filter.Projects));
        Line("pipelines", string.Join(", ", filter.Pipelines));
        Line("jobs", string.Join(", ", filter.Jobs));
        Line("branches", string.Join(", ", filter.Branches));
        Line("results", string.Join(", ", filter.Results));
        Line("files", string.Join(", ", filter.Files));
        Line("allow-host", string.Join(", ", source.AllowedHosts));
        Line("token-file", source.TokenFile);
    }

    private static string State(SourceDefinition source) =>
        source.PurgeLater ? "removed, to be purged" : source.Paused ? "paused" : "collected";
}
