using System.Globalization;
using System.Text.Json;
using Granary.Core.Model;

namespace Granary.Output;

/// <summary>Shows receipts: a line, an object, or a page each.</summary>
internal static class ReceiptPrinter
{
    public static void Write(OutputBuffer output, Receipt receipt, bool isJson)
    {
        if (isJson)
        {
            Json(output, receipt);
            return;
        }

        var build = receipt.Build;
        var finished = build.FinishedAt is { } at ? at.ToString("u", CultureInfo.InvariantCulture) : "-";
        var reasons = receipt.Reasons.Count > 0 ? $"  ({string.Join("; ", receipt.Reasons)})" : "";
        TerminalText.WriteLine(output, string.Create(
            CultureInfo.InvariantCulture,
            $"{finished}  {build.Result ?? "-",-12}  {Word(receipt.Status),-8}  {Counts.Column(receipt.Lines, 9, "line")}  {build.Key}  {build.Job}{reasons}"), !Console.IsOutputRedirected);
    }

    public static void Page(OutputBuffer output, Receipt receipt)
    {
        var build = receipt.Build;
        void Line(string name, object? value)
        {
            if (value is not null and not "")
            {
                TerminalText.WriteLine(output, string.Create(CultureInfo.InvariantCulture, $"{name + ":",-12} {value}"), !Console.IsOutputRedirected);
            }
        }

        Line("build", build.Key);
        Line("job", build.Job);
        Line("project", build.Project);
        Line("pipeline", build.Pipeline);
        Line("branch", build.Branch);
        Line("change", build.Change);
        Line("result", build.Result);
        Line("started", build.StartedAt?.ToString("u", CultureInfo.InvariantCulture));
        Line("finished", build.FinishedAt?.ToString("u", CultureInfo.InvariantCulture));
        Line("url", build.Url);
        Line("receipt", $"{Word(receipt.Status)}, generation {receipt.Generation}, {receipt.WrittenAt.ToString("u", CultureInfo.InvariantCulture)}");
        foreach (var reason in receipt.Reasons)
        {
            Line("reason", reason);
        }

        foreach (var file in receipt.Files)
        {
            var why = file.Reason is { } reason ? $"  ({reason})" : "";
            TerminalText.WriteLine(output, string.Create(
                CultureInfo.InvariantCulture, $"  {Counts.Column(file.Lines, 9, "line")}  {Sizes.Of(file.Bytes),9}  {Word(file.Status),-9}  {file.Path}{why}"), !Console.IsOutputRedirected);
        }
    }

    public static void Json(OutputBuffer output, Receipt receipt)
    {
        using (var json = new Utf8JsonWriter(output, JsonHitPrinter.Format))
        {
            json.WriteStartObject();
            WriteBuild(json, receipt.Build);
            json.WriteString("status", Word(receipt.Status));
            json.WriteNumber("generation", receipt.Generation);
            json.WriteNumber("attempts", receipt.Attempts);
            json.WriteNumber("lines", receipt.Lines);
            json.WriteNumber("bytes", receipt.Bytes);
            json.WriteStartArray("reasons");
            foreach (var reason in receipt.Reasons)
            {
                json.WriteStringValue(reason);
            }

            json.WriteEndArray();
            json.WriteStartArray("files");
            foreach (var file in receipt.Files)
            {
                WriteFile(json, file);
            }

            json.WriteEndArray();
            json.WriteString("writtenAt", receipt.WrittenAt);
            json.WriteEndObject();
        }

        output.EndLine();
    }

    private static void WriteBuild(Utf8JsonWriter json, Build build)
    {
        json.WriteString("source", build.Key.Source);
        json.WriteString("build", build.Key.Id);
        json.WriteNumber("attempt", build.Key.Attempt);
        json.WriteString("job", build.Job);
        json.WriteString("project", build.Project);
        json.WriteString("pipeline", build.Pipeline);
        json.WriteString("branch", build.Branch);
        json.WriteString("change", build.Change);
        json.WriteString("result", build.Result);
        json.WriteString("startedAt", build.StartedAt?.ToString("o", CultureInfo.InvariantCulture));
        json.WriteString("finishedAt", build.FinishedAt?.ToString("o", CultureInfo.InvariantCulture));
        json.WriteString("url", build.Url);
        json.WriteStartObject("labels");
        foreach (var (name, value) in build.Labels)
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
    }

    private static void WriteFile(Utf8JsonWriter json, FileReceipt file)
    {
        json.WriteStartObject();
        json.WriteString("path", file.Path);
        json.WriteString("url", file.Url);
        json.WriteString("status", Word(file.Status));
        json.WriteString("reason", file.Reason);
        if (file.DeclaredBytes is { } declared)
        {
            json.WriteNumber("declaredBytes", declared);
        }

        json.WriteNumber("receivedBytes", file.ReceivedBytes);
        json.WriteNumber("rawBytes", file.RawBytes);
        json.WriteNumber("bytes", file.Bytes);
        json.WriteNumber("lines", file.Lines);
        json.WriteNumber("refused", file.Refused);
        json.WriteString("hash", file.Hash.ToString());
        json.WriteEndObject();
    }

    private static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
