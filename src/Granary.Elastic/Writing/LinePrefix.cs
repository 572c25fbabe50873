using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Granary.Core.Chunks;
using Granary.Core.Model;

namespace Granary.Elastic.Writing;

/// <summary>What all lines of a log have in common in a bulk body, written once.</summary>
internal sealed class LinePrefix
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal LinePrefix(LogIdentity log, IndexNames names)
    {
        Index = names.Lines(log.IndexDay);
        var id = LineIds.Of(log.Id);
        Action = Encoding.ASCII.GetBytes($"{{\"index\":{{\"_id\":\"{id}");
        ActionWithIndex = Encoding.ASCII.GetBytes($"{{\"index\":{{\"_index\":\"{Index}\",\"_id\":\"{id}");
        Fields = [.. "\"}}\n"u8, .. Common(log), .. ",\"granary.line\":"u8];
        FinishField = FinishOf(log.Build) switch
        {
            null => [],
            >= 0 and var finish => Encoding.ASCII.GetBytes($",\"@timestamp\":\"{NanosText.Of(finish)}\""),
            var early => Encoding.ASCII.GetBytes($",\"granary.early\":{early}"),
        };
    }

    /// <summary>The index of the log's lines.</summary>
    internal string Index { get; }

    /// <summary>The action up to the log's part of the id, where the request's address names the index.</summary>
    internal byte[] Action { get; }

    /// <summary>The action up to the log's part of the id, the index named.</summary>
    internal byte[] ActionWithIndex { get; }

    /// <summary>From behind the id to before the line's number.</summary>
    internal byte[] Fields { get; }

    /// <summary>The build's finish as the time of lines without their own; empty where it is not known.</summary>
    internal byte[] FinishField { get; }

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

    /// <summary>The fields of a log, without the closing brace.</summary>
    private static byte[] Common(LogIdentity log)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, Relaxed))
        {
            json.WriteStartObject();
            WriteFields(json, log.Build);
            json.WriteString(FieldNames.File, log.File);
            json.WriteString(FieldNames.BuildHash, LineIds.Of(log.BuildHash));
            json.WriteNumber(FieldNames.Generation, log.Generation);
            json.WriteNumber(FieldNames.Finish, FinishTicks(log.Build.FinishedAt));
            json.WriteString(FieldNames.LogOrder, LogOrder.Of(log.Build.Key, log.File));
            json.WriteEndObject();
        }

        return buffer.WrittenSpan[..^1].ToArray();
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
        if (build.Labels.Count > 0)
        {
            json.WriteStartArray(FieldNames.Labels);
            foreach (var (name, value) in build.Labels)
            {
                json.WriteStringValue(LabelText.Of(name, value));
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
