using System.Globalization;
using System.Text.Json;
using Granary.Core.Model;

namespace Granary.Elastic.Writing;

/// <summary>Writes and reads builds whole, in a part of documents that the engine keeps and does not look into.</summary>
internal static class BuildJson
{
    internal static void Write(Utf8JsonWriter json, Build build)
    {
        json.WriteStartObject();
        json.WriteString("source", build.Key.Source);
        json.WriteString("id", build.Key.Id);
        json.WriteNumber("attempt", build.Key.Attempt);
        json.WriteString("job", build.Job);
        WriteText(json, "project", build.Project);
        WriteText(json, "pipeline", build.Pipeline);
        WriteText(json, "branch", build.Branch);
        WriteText(json, "change", build.Change);
        WriteText(json, "result", build.Result);
        WriteText(json, "started", build.StartedAt?.ToString("O", CultureInfo.InvariantCulture));
        WriteText(json, "finished", build.FinishedAt?.ToString("O", CultureInfo.InvariantCulture));
        WriteText(json, "url", build.Url);
        WriteText(json, "logUrl", build.LogUrl);
        json.WriteBoolean("isFinished", build.Finished);
        json.WriteNumber("position", build.Position);
        json.WriteString("version", build.Version);
        json.WriteStartObject("labels");
        foreach (var (name, value) in build.Labels)
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    internal static Build Read(JsonElement json) => new()
    {
        Key = new BuildKey(Text(json, "source")!, Text(json, "id")!, json.GetProperty("attempt").GetInt32()),
        Job = Text(json, "job")!,
        Project = Text(json, "project"),
        Pipeline = Text(json, "pipeline"),
        Branch = Text(json, "branch"),
        Change = Text(json, "change"),
        Result = Text(json, "result"),
        StartedAt = Time(json, "started"),
        FinishedAt = Time(json, "finished"),
        Url = Text(json, "url"),
        LogUrl = Text(json, "logUrl"),
        Finished = json.GetProperty("isFinished").GetBoolean(),
        Position = json.GetProperty("position").GetInt64(),
        Version = Text(json, "version")!,
        Labels = json.GetProperty("labels").EnumerateObject().ToDictionary(label => label.Name, label => label.Value.GetString()!),
    };

    private static void WriteText(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static DateTimeOffset? Time(JsonElement json, string name) =>
        Text(json, name) is { } text ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind) : null;
}
