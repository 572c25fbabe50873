using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Granary.Core.Model;

namespace Granary.State.Tables;

/// <summary>
/// How a source is stored: members by name, so that later versions can add some. Written out rather than generated: every verb
/// reads the sources first, and generated serialisers cost a short run a quarter of its time in the just-in-time compiler.
/// </summary>
internal static class SourceJson
{
    public static string Write(SourceDefinition source)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("id", source.Id);
            json.WriteString("name", source.Name);
            json.WriteString("kind", source.Kind);
            json.WriteString("address", source.Address);
            WriteText(json, "tenant", source.Tenant);
            WriteFilter(json, source.Filter);
            json.WriteString("pollInterval", source.PollInterval.ToString("c", CultureInfo.InvariantCulture));
            WriteList(json, "allowedHosts", source.AllowedHosts);
            WriteText(json, "tokenFile", source.TokenFile);
            json.WriteNumber("maxConnections", source.MaxConnections);
            json.WriteBoolean("paused", source.Paused);
            json.WriteBoolean("purgeLater", source.PurgeLater);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    /// <summary>Members that are missing, stored before they were known, have their usual values.</summary>
    /// <exception cref="JsonException">Not a definition.</exception>
    public static SourceDefinition Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return Read(document.RootElement);
        }
        catch (Exception exception) when (exception is InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw new JsonException(exception.Message, exception);
        }
    }

    private static SourceDefinition Read(JsonElement members)
    {
        var source = new SourceDefinition
        {
            Id = Text(members, "id") ?? "",
            Name = Text(members, "name") ?? "",
            Kind = Text(members, "kind") ?? "",
            Address = Text(members, "address") ?? "",
            Tenant = Text(members, "tenant"),
            TokenFile = Text(members, "tokenFile"),
            AllowedHosts = List(members, "allowedHosts"),
            Paused = members.TryGetProperty("paused", out var paused) && paused.GetBoolean(),
            PurgeLater = members.TryGetProperty("purgeLater", out var purge) && purge.GetBoolean(),
        };
        return source with
        {
            Filter = members.TryGetProperty("filter", out var filter) ? ReadFilter(filter) : source.Filter,
            PollInterval = Text(members, "pollInterval") is { } poll
                ? TimeSpan.ParseExact(poll, "c", CultureInfo.InvariantCulture)
                : source.PollInterval,
            MaxConnections = members.TryGetProperty("maxConnections", out var most) ? most.GetInt32() : source.MaxConnections,
        };
    }

    private static SourceFilter ReadFilter(JsonElement members) => new()
    {
        Projects = List(members, "projects"),
        Pipelines = List(members, "pipelines"),
        Jobs = List(members, "jobs"),
        Branches = List(members, "branches"),
        Results = List(members, "results"),
        Files = List(members, "files"),
        Since = members.TryGetProperty("since", out var since) && since.ValueKind != JsonValueKind.Null ? since.GetDateTimeOffset() : null,
    };

    private static void WriteFilter(Utf8JsonWriter json, SourceFilter filter)
    {
        json.WriteStartObject("filter");
        WriteList(json, "projects", filter.Projects);
        WriteList(json, "pipelines", filter.Pipelines);
        WriteList(json, "jobs", filter.Jobs);
        WriteList(json, "branches", filter.Branches);
        WriteList(json, "results", filter.Results);
        WriteList(json, "files", filter.Files);
        if (filter.Since is { } since)
        {
            json.WriteString("since", since);
        }

        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null)
        {
            json.WriteString(name, text);
        }
    }

    private static void WriteList(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    private static string? Text(JsonElement members, string name) =>
        members.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static string[] List(JsonElement members, string name)
    {
        if (!members.TryGetProperty(name, out var array))
        {
            return [];
        }

        var values = new string[array.GetArrayLength()];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = array[i].GetString() ?? "";
        }

        return values;
    }
}
