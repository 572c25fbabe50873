using System.Text.Json.Nodes;
using Granary.Core.Model;
using Granary.Elastic.Http;
using Granary.Elastic.Writing;

namespace Granary.Elastic.Searching;

/// <summary>
/// What the builds index says of logs: their builds whole, and their addresses. Remembered from page to page of one search, in whose order the
/// lines of a log stand together: those of pages long past are forgotten.
/// </summary>
internal sealed class LogCatalogue(ElasticClient client, IndexNames names)
{
    /// <summary>Logs that may be remembered beside those of a page.</summary>
    private const int MostRemembered = 4096;

    private readonly Dictionary<string, (Build Build, string FileUrl)> known = [];

    /// <summary>Logs remembered.</summary>
    internal int Count => known.Count;

    /// <summary>Looks up the logs of these lines.</summary>
    internal async Task LoadAsync(IReadOnlyList<StoredLine> lines, CancellationToken cancellation)
    {
        if (known.Count > MostRemembered)
        {
            known.Clear();
        }

        var missing = lines.DistinctBy(line => line.Log).Where(line => !known.ContainsKey(line.Log)).ToDictionary(line => line.Log);
        if (missing.Count == 0)
        {
            return;
        }

        foreach (var (log, line) in missing)
        {
            known[log] = (line.Build, "");
        }

        var body = new JsonObject { ["ids"] = new JsonArray([.. missing.Keys.Select(id => (JsonNode)id)]) };
        var answer = await client.AskAsync(HttpMethod.Post, $"{names.Builds}/_mget", body, client.Options.RequestTimeout, cancellation).ConfigureAwait(false);
        if (!answer.Succeeded)
        {
            return; // The lines' own fields serve.
        }

        using var json = System.Text.Json.JsonDocument.Parse(answer.Body);
        foreach (var document in json.RootElement.GetProperty("docs").EnumerateArray())
        {
            if (document.TryGetProperty("found", out var found) && found.GetBoolean())
            {
                var record = document.GetProperty("_source").GetProperty("granary.record");
                known[document.GetProperty("_id").GetString()!] = (BuildJson.Read(record.GetProperty("build")), record.GetProperty("fileUrl").GetString()!);
            }
        }
    }

    internal (Build Build, string FileUrl) Of(StoredLine line) => known.TryGetValue(line.Log, out var log) ? log : (line.Build, "");
}
