using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Granary.Core.Model;
using Granary.Sources.Http;

namespace Granary.Sources.Zuul;

/// <summary>Reads build rows of every API generation: <c>ref</c> as an object (from Zuul 10) and as a string with siblings.</summary>
internal sealed class ZuulRowReader(string source, ZuulAddress address)
{
    private static readonly string[] LabelFields = ["voting", "nodeset", "final", "held", "event_id", "error_detail", "queue_item_uuid"];

    public ZuulRow Read(JsonElement row)
    {
        var id = Whole(row, "_id");
        var uuid = Text(row, "uuid");
        var reference = row.TryGetProperty("ref", out var nested) && nested.ValueKind == JsonValueKind.Object ? nested : row;
        var result = Text(row, "result");
        return new(id, uuid, new Build
        {
            Key = new(source, uuid ?? (id is { } number ? $"id-{number}" : Fingerprint(row, reference))),
            Job = Text(row, "job_name") ?? "(unnamed)",
            Project = Text(reference, "project"),
            Pipeline = Text(row, "pipeline"),
            Branch = Text(reference, "branch"),
            Change = Change(reference),
            Result = result,
            StartedAt = Time(row, "start_time"),
            FinishedAt = result is null ? null : Time(row, "end_time"),
            Url = uuid is null ? null : address.BuildPage(uuid),
            LogUrl = Text(row, "log_url"),
            Finished = result is not null,
            Labels = Labels(row, reference, uuid),
        });
    }

    private static Dictionary<string, string> Labels(JsonElement row, JsonElement reference, string? uuid)
    {
        var labels = new Dictionary<string, string>();
        Add(labels, "uuid", uuid);
        foreach (var field in LabelFields)
        {
            Add(labels, field, Text(row, field));
        }

        Add(labels, "ref", Text(reference, "ref"));
        Add(labels, "ref_url", Text(reference, "ref_url"));
        if (row.TryGetProperty("buildset", out var buildset) && buildset.ValueKind == JsonValueKind.Object)
        {
            Add(labels, "buildset", Text(buildset, "uuid"));
        }

        Add(labels, ZuulLogs.ManifestLabel, UnusualManifest(row));
        return labels;
    }

    private static void Add(Dictionary<string, string> labels, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            labels[name] = value;
        }
    }

    /// <summary>The manifest's address where it is not the usual one below the log address.</summary>
    private static string? UnusualManifest(JsonElement row)
    {
        if (!row.TryGetProperty("artifacts", out var artifacts) || artifacts.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        foreach (var artifact in artifacts.EnumerateArray())
        {
            if (artifact.ValueKind == JsonValueKind.Object
                && artifact.TryGetProperty("metadata", out var metadata) && metadata.ValueKind == JsonValueKind.Object
                && Text(metadata, "type") == "zuul_manifest" && Text(artifact, "url") is { } url)
            {
                return Text(row, "log_url") is { } log && url == ZuulLogs.UsualManifest(log) ? null : url;
            }
        }

        return null;
    }

    private static string? Change(JsonElement reference) =>
        Text(reference, "change") is { } change
            ? Text(reference, "patchset") is { } patchset ? $"{change},{patchset}" : change
            : Text(reference, "newrev");

    /// <summary>A key for a row that has no id at all, from what does not change when the build ends.</summary>
    private static string Fingerprint(JsonElement row, JsonElement reference)
    {
        var fields = string.Join('\n', Text(row, "job_name"), Text(row, "pipeline"), Text(row, "start_time"), Text(row, "event_id"),
            Text(reference, "project"), Text(reference, "branch"), Text(reference, "ref"), Text(reference, "change"),
            Text(reference, "patchset"), Text(reference, "newrev"));
        return $"row-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(fields)))[..32]}";
    }

    private static string? Text(JsonElement row, string name) => !row.TryGetProperty(name, out var value) ? null : value.ValueKind switch
    {
        JsonValueKind.String => JsonText.String(row, name),
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => null,
    };

    private static long? Whole(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var whole) ? whole : null;

    /// <summary>Zuul's times are UTC without saying so.</summary>
    private static DateTimeOffset? Time(JsonElement row, string name) =>
        Text(row, name) is { } text && DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : null;
}
