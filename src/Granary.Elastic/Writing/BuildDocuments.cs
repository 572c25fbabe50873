using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Granary.Core.Chunks;
using Granary.Core.Model;

namespace Granary.Elastic.Writing;

/// <summary>The documents of the builds index: one a log, which tells hits their build and address, and one a build, the receipt's copy.</summary>
internal static class BuildDocuments
{
    /// <summary>Reasons in a receipt that is stored shorter.</summary>
    private const int FewReasons = 10;

    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Adds a log's document to a batch.</summary>
    internal static void AddLog(BulkBatch batch, IndexNames names, LogIdentity log, ChunkProgress owner)
    {
        var action = Encoding.UTF8.GetBytes($"{{\"index\":{{\"_index\":\"{names.Builds}\",\"_id\":\"{LineIds.Of(log.Id)}\"}}}}\n");
        var document = Log(log);
        var length = action.Length + document.Length + 1;
        var room = batch.Body.Reserve(length);
        action.CopyTo(room);
        document.CopyTo(room[action.Length..]);
        room[length - 1] = (byte)'\n';
        batch.Items.Add(new BulkItem(batch.Body.Piece, batch.Body.Position, length, owner));
        batch.Body.Advance(length);
    }

    private static byte[] Log(LogIdentity log) => Document(json =>
    {
        WriteCommon(json, "log", log.Build, log.BuildHash, log.Generation, log.IndexDay);
        json.WriteString(FieldNames.File, log.File);
        json.WriteStartObject("granary.record");
        json.WriteString("fileUrl", log.FileUrl);
        json.WritePropertyName("build");
        BuildJson.Write(json, log.Build);
        json.WriteEndObject();
    });

    /// <summary>A receipt's document.</summary>
    internal static byte[] Of(Receipt receipt) => Of(receipt, receipt.Files, receipt.Reasons);

    /// <summary>The same where that is too large: without its files, of which there can be thousands, and with the first reasons only.</summary>
    internal static byte[] WithoutFiles(Receipt receipt) => Of(receipt, [],
        [.. receipt.Reasons.Take(FewReasons), $"too large for the engine: {receipt.Files.Count} files are left out of this copy"]);

    private static byte[] Of(Receipt receipt, IReadOnlyList<FileReceipt> files, IReadOnlyList<string> reasons) => Document(json =>
    {
        WriteCommon(json, "build", receipt.Build, receipt.Build.Key.Hash, receipt.Generation, receipt.IndexDay);
        json.WriteString("granary.status", receipt.Status.ToString().ToLowerInvariant());
        json.WriteNumber("granary.lines", receipt.Lines);
        json.WriteNumber("granary.entries", receipt.Entries);
        json.WriteNumber("granary.bytes", receipt.Bytes);
        json.WriteNumber("granary.refused", receipt.Files.Sum(file => file.Refused));
        json.WriteStartObject("granary.record");
        json.WriteStartArray("reasons");
        foreach (var reason in reasons)
        {
            json.WriteStringValue(reason);
        }

        json.WriteEndArray();
        json.WriteStartArray("files");
        foreach (var file in files)
        {
            WriteFile(json, file);
        }

        json.WriteEndArray();
        json.WriteNumber("attempts", receipt.Attempts);
        json.WriteNumber("normaliserVersion", receipt.NormaliserVersion);
        json.WriteNumber("maskingVersion", receipt.MaskingVersion);
        json.WriteString("writtenAt", receipt.WrittenAt.ToString("O", CultureInfo.InvariantCulture));
        json.WritePropertyName("build");
        BuildJson.Write(json, receipt.Build);
        json.WriteEndObject();
    });

    private static void WriteFile(Utf8JsonWriter json, FileReceipt file)
    {
        json.WriteStartObject();
        json.WriteString("path", file.Path);
        json.WriteString("url", file.Url);
        json.WriteString("status", file.Status.ToString().ToLowerInvariant());
        if (file.Reason is not null)
        {
            json.WriteString("reason", file.Reason);
        }

        json.WriteNumber("bytes", file.Bytes);
        json.WriteNumber("lines", file.Lines);
        json.WriteNumber("entries", file.Entries);
        json.WriteNumber("refused", file.Refused);
        json.WriteString("hash", file.Hash.ToString());
        json.WriteEndObject();
    }

    private static void WriteCommon(Utf8JsonWriter json, string kind, Build build, Id96 hash, int generation, DateOnly day)
    {
        json.WriteString(FieldNames.Kind, kind);
        if (LinePrefix.FinishOf(build) is >= 0 and var finish)
        {
            json.WriteString(FieldNames.Timestamp, NanosText.Of(finish));
        }

        LinePrefix.WriteFields(json, build);
        json.WriteString(FieldNames.BuildHash, LineIds.Of(hash));
        json.WriteNumber(FieldNames.Generation, generation);
        json.WriteString(FieldNames.IndexDay, day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
    }

    private static byte[] Document(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Relaxed))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
