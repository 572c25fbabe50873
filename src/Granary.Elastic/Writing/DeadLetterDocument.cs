using System.Buffers;
using System.Text;
using System.Text.Json;
using Granary.Elastic.Searching;

namespace Granary.Elastic.Writing;

/// <summary>Refused documents as the engine keeps them: as text that it cannot refuse.</summary>
internal static class DeadLetterDocument
{
    /// <summary>What says where a refused line belongs.</summary>
    private static readonly string[] Copied =
        [FieldNames.BuildHash, FieldNames.Generation, FieldNames.Source, FieldNames.Build, FieldNames.File, FieldNames.Line, FieldNames.Part];

    /// <summary>Adds one to a body.</summary>
    /// <param name="body">Of a bulk request to the index of dead letters.</param>
    /// <param name="of">What was refused.</param>
    /// <param name="failure">Why.</param>
    /// <param name="most">Characters of the document that are kept.</param>
    /// <param name="now">When.</param>
    internal static void Write(ArrayBufferWriter<byte> body, (string Index, string Id, string Document) of, BulkFailure failure, int most, DateTimeOffset now)
    {
        var (index, id, document) = of;
        using var refused = JsonDocument.Parse(document);
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteStartObject("index");
            json.WriteString("_id", id);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        body.Write("\n"u8);
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString(FieldNames.Timestamp, NanosText.Of((now.UtcTicks - DateTime.UnixEpoch.Ticks) * 100));
            foreach (var name in Copied)
            {
                if (SourceFields.TryFind(refused.RootElement, name, out var value))
                {
                    json.WritePropertyName(name);
                    value.WriteTo(json);
                }
            }

            json.WriteString("granary.index", index);
            json.WriteString("granary.id", id);
            json.WriteNumber("granary.status", failure.Status);
            json.WriteString("granary.reason", failure.Said);
            json.WriteString(FieldNames.Cause, failure.Cause);
            json.WriteStartObject("granary.record");
            json.WriteString("document", document.Length <= most ? document : document[..most]);
            json.WriteBoolean("whole", document.Length <= most);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        body.Write("\n"u8);
    }

    /// <summary>One as it comes back.</summary>
    internal static DeadLetter Read(JsonElement source) => new(
        source.GetProperty("granary.index").GetString()!,
        source.GetProperty("granary.id").GetString()!,
        source.GetProperty("granary.status").GetInt32(),
        source.GetProperty("granary.reason").GetString()!,
        source.GetProperty("granary.record").GetProperty("document").GetString()!);

    /// <summary>An item of a batch: where it should have gone, and what it is.</summary>
    internal static (string Index, string Id, string Document) Split(BulkBatch batch, BulkItem item)
    {
        var bytes = batch.Read(item);
        var end = bytes.IndexOf((byte)'\n');
        using var action = JsonDocument.Parse(bytes[..end].ToArray());
        var target = action.RootElement.GetProperty("index");
        var index = target.TryGetProperty("_index", out var name) ? name.GetString()! : batch.Index;
        return (index, target.GetProperty("_id").GetString()!, Encoding.UTF8.GetString(bytes[(end + 1)..^1]));
    }
}
