using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Granary.Core.Chunks;
using Granary.Core.Model;

namespace Granary.Elastic.Writing;

/// <summary>
/// What all lines of a log have in common in a bulk body, written once: the action and the document up to the line's number, with a gap
/// for the line's part of the id. Names are nested where that is shorter; engines read both ways alike.
/// </summary>
internal sealed class LinePrefix
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal LinePrefix(LogIdentity log, IndexNames names)
    {
        Index = names.Lines(log.IndexDay);
        var id = LineIds.Of(log.Id);
        var document = Common(log);
        Bare = new LineStart($"{{\"index\":{{\"_id\":\"{id}", document);
        WithIndex = new LineStart($"{{\"index\":{{\"_index\":\"{Index}\",\"_id\":\"{id}", document);
        Untimed = Encoding.ASCII.GetBytes($",\"{Own(FieldNames.Untimed)}\":true" + FinishOf(log.Build) switch
        {
            null => "}",
            >= 0 and var finish => $"}},\"{FieldNames.Timestamp}\":\"{NanosText.Of(finish)}\"",
            var early => $",\"{Own(FieldNames.EarlyTime)}\":{early}}}",
        });
    }

    /// <summary>The index of the log's lines.</summary>
    internal string Index { get; }

    /// <summary>For requests whose address names the index.</summary>
    internal LineStart Bare { get; }

    /// <summary>For other requests: the action names the index.</summary>
    internal LineStart WithIndex { get; }

    /// <summary>The end of our own object for lines without a time, which have the build's finish instead where it is known.</summary>
    internal byte[] Untimed { get; }

    /// <summary>When the build finished, in nanoseconds since 1970 UTC; null if that is not known, or out of the range of years 1678 to 2261.</summary>
    internal static long? FinishOf(Build build)
    {
        if (build.FinishedAt is not { } finish)
        {
            return null;
        }

        var nanoseconds = (Int128)(finish.UtcTicks - DateTime.UnixEpoch.Ticks) * 100;
        return nanoseconds >= long.MinValue + 1 && nanoseconds <= long.MaxValue ? (long)nanoseconds : null;
    }

    /// <summary>What sorts builds by their finish; -1 without one.</summary>
    internal static long FinishTicks(DateTimeOffset? finish) => finish?.UtcTicks ?? -1;

    /// <summary>The fields of a log, the last object open for what is the line's own.</summary>
    private static byte[] Common(LogIdentity log)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, Relaxed))
        {
            var build = log.Build;
            json.WriteStartObject();
            json.WriteString(FieldNames.File, log.File);
            WriteObject(json, "cicd.pipeline", ("name", build.Job), ("run.id", build.Key.Id), ("result", build.Result));
            WriteObject(json, "vcs", ("repository.name", build.Project), ("ref.head.name", build.Branch), ("change.id", build.Change));
            json.WriteStartObject(FieldNames.Own);
            json.WriteString(Own(FieldNames.Source), build.Key.Source);
            json.WriteString(Own(FieldNames.Attempt), build.Key.Attempt.ToString(CultureInfo.InvariantCulture));
            WriteIfAny(json, Own(FieldNames.Pipeline), build.Pipeline);
            WriteLabels(json, Own(FieldNames.Labels), build.Labels);
            json.WriteString(Own(FieldNames.BuildHash), LineIds.Of(log.BuildHash));
            json.WriteNumber(Own(FieldNames.Generation), log.Generation);
            json.WriteNumber(Own(FieldNames.Finish), FinishTicks(build.FinishedAt));
            json.WriteString(Own(FieldNames.LogOrder), LogOrder.Of(build.Key, log.File));
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan[..^2].ToArray();
    }

    /// <summary>The fields by which builds are searched.</summary>
    internal static void WriteFields(Utf8JsonWriter json, Build build)
    {
        json.WriteString(FieldNames.Source, build.Key.Source);
        json.WriteString(FieldNames.Build, build.Key.Id);
        json.WriteString(FieldNames.Attempt, build.Key.Attempt.ToString(CultureInfo.InvariantCulture));
        json.WriteString(FieldNames.Job, build.Job);
        WriteIfAny(json, FieldNames.Project, build.Project);
        WriteIfAny(json, FieldNames.Pipeline, build.Pipeline);
        WriteIfAny(json, FieldNames.Branch, build.Branch);
        WriteIfAny(json, FieldNames.Change, build.Change);
        WriteIfAny(json, FieldNames.Result, build.Result);
        WriteLabels(json, FieldNames.Labels, build.Labels);
    }

    private static string Own(string field) => field[(FieldNames.Own.Length + 1)..];

    private static void WriteObject(Utf8JsonWriter json, string name, params ReadOnlySpan<(string Name, string? Value)> fields)
    {
        json.WriteStartObject(name);
        foreach (var (field, value) in fields)
        {
            WriteIfAny(json, field, value);
        }

        json.WriteEndObject();
    }

    private static void WriteLabels(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, string> labels)
    {
        if (labels.Count > 0)
        {
            json.WriteStartArray(name);
            foreach (var (label, value) in labels)
            {
                json.WriteStringValue(LabelText.Of(label, value));
            }

            json.WriteEndArray();
        }
    }

    private static void WriteIfAny(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }
}
