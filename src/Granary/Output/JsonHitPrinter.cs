using System.Text.Encodings.Web;
using System.Text.Json;
using Granary.App.Searching;
using Granary.Core.Chunks;
using Granary.Core.Model;
using Granary.Core.Queries;
using Granary.Core.Search;

namespace Granary.Output;

/// <summary>JSON Lines: an object a hit, then one summary.</summary>
internal sealed class JsonHitPrinter(OutputBuffer output) : IHitPrinter
{
    internal static readonly JsonWriterOptions Format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public void Hit(LineHit hit)
    {
        using (var json = new Utf8JsonWriter(output, Format))
        {
            json.WriteStartObject();
            json.WriteString("type", "hit");
            json.WriteString("source", hit.Build.Key.Source);
            json.WriteString("job", hit.Build.Job);
            json.WriteString("build", hit.Build.Key.Id);
            json.WriteNumber("attempt", hit.Build.Key.Attempt);
            json.WriteString("result", hit.Build.Result);
            json.WriteString("file", hit.Line.File);
            WriteLine(json, hit.Line);
            json.WriteString("url", LineAddress.Of(hit.Build, hit.Line.File, hit.FileUrl, hit.Line.Number));
            json.WriteStartArray("matches");
            foreach (var match in hit.Matches)
            {
                json.WriteStartArray();
                json.WriteNumberValue(match.Start);
                json.WriteNumberValue(match.Start + match.Length);
                json.WriteEndArray();
            }

            json.WriteEndArray();
            WriteContext(json, "before", hit.Before);
            WriteContext(json, "after", hit.After);
            json.WriteEndObject();
        }

        output.EndLine();
    }

    public void End(SearchSummary summary)
    {
        using (var json = new Utf8JsonWriter(output, Format))
        {
            json.WriteStartObject();
            json.WriteString("type", "summary");
            json.WriteNumber("total", summary.Total);
            json.WriteBoolean("exact", summary.Exact);
            json.WriteNumber("elapsedSeconds", Math.Round(summary.Elapsed.TotalSeconds, 6));
            json.WriteEndObject();
        }

        output.EndLine();
    }

    internal static void WriteLine(Utf8JsonWriter json, LogLine line)
    {
        json.WriteNumber("line", line.Number);
        json.WriteNumber("part", line.Part);
        json.WriteString("text", line.Text.Span);
        if (line.Time != Chunk.NoTime)
        {
            json.WriteString("time", Instants.Of(line.Time));
        }
        else
        {
            json.WriteNull("time");
        }

        if (line.Severity != Severity.None)
        {
            json.WriteString("severity", SeverityNames.Of(line.Severity));
        }
        else
        {
            json.WriteNull("severity");
        }
    }

    private static void WriteContext(Utf8JsonWriter json, string name, IReadOnlyList<LogLine> lines)
    {
        if (lines.Count == 0)
        {
            return;
        }

        json.WriteStartArray(name);
        foreach (var line in lines)
        {
            json.WriteStartObject();
            WriteLine(json, line);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
