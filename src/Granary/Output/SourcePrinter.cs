using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Granary.Core.Model;

namespace Granary.Output;

/// <summary>Shows sources. The path of a token file is shown, a token never: it is not stored.</summary>
internal static class SourcePrinter
{
    public static IReadOnlyList<string> Row(SourceDefinition source) => [source.Name, source.Kind, source.Address, State(source)];

    public static string Json(SourceDefinition source)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("id", source.Id);
            json.WriteString("name", source.Name);
            json.WriteString("kind", source.Kind);
            json.WriteString("address", source.Address);
            json.WriteString("tenant", source.Tenant);
            json.WriteString("state", State(source));
            json.WriteNumber("pollSeconds", source.PollInterval.TotalSeconds);
            json.WriteString("tokenFile", source.TokenFile);
            json.WriteNumber("maxConnections", source.MaxConnections);
            json.WriteString("since", source.Filter.Since?.ToString("o", CultureInfo.InvariantCulture));
            foreach (var (name, values) in Lists(source))
            {
                json.WriteStartArray(name);
                foreach (var value in values)
                {
                    json.WriteStringValue(value);
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    public static void Write(TextWriter output, SourceDefinition source)
    {
        void Line(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                output.WriteLine($"{name + ":",-12} {value}");
            }
        }

        Line("name", source.Name);
        Line("id", source.Id);
        Line("kind", source.Kind);
        Line("address", source.Address);
        Line("tenant", source.Tenant);
        Line("state", State(source));
        Line("poll", Durations.Of(source.PollInterval));
        Line("since", source.Filter.Since?.ToString("u", CultureInfo.InvariantCulture));
        foreach (var (name, values) in Lists(source))
        {
            Line(name, string.Join(", ", values));
        }

        Line("tokenFile", source.TokenFile);
    }

    private static IEnumerable<(string Name, IReadOnlyList<string> Values)> Lists(SourceDefinition source) =>
    [
        ("projects", source.Filter.Projects),
        ("pipelines", source.Filter.Pipelines),
        ("jobs", source.Filter.Jobs),
        ("branches", source.Filter.Branches),
        ("results", source.Filter.Results),
        ("files", source.Filter.Files),
        ("allowHosts", source.AllowedHosts),
    ];

    private static string State(SourceDefinition source) =>
        source.PurgeLater ? "removed, to be purged" : source.Paused ? "paused" : "collected";
}
