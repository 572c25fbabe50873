using System.Text;
using System.Text.Json.Nodes;
using Granary.Testing;

namespace Granary.Elastic.Tests.Collecting;

/// <summary>Asks the engine by itself, without any code of the product.</summary>
internal sealed class EngineApi(Uri engine, string prefix) : IDisposable
{
    private readonly HttpClient http = new() { BaseAddress = engine, Timeout = TimeSpan.FromMinutes(30) };

    internal string AllLines => $"{prefix}-lines-*";

    /// <summary>The answer's status and JSON.</summary>
    internal async Task<(int Status, JsonNode? Json)> AskAsync(HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return ((int)answer.StatusCode, text.Length > 0 && text[0] is '{' or '[' ? JsonNode.Parse(text) : null);
    }

    /// <summary>The answer of a request that must succeed.</summary>
    internal async Task<JsonNode> DoAsync(HttpMethod method, string path, string? body = null)
    {
        var (status, json) = await AskAsync(method, path, body);
        status.ShouldBeInRange(200, 299, $"{method} {path}: {json}");
        return json!;
    }

    /// <summary>Documents of lines that fulfil a query, freshly refreshed.</summary>
    internal async Task<long> CountAsync(string query = "{\"match_all\":{}}")
    {
        await DoAsync(HttpMethod.Post, $"{AllLines}/_refresh");
        var answer = await DoAsync(HttpMethod.Post, $"{AllLines}/_count", $"{{\"query\":{query}}}");
        return answer["count"]!.GetValue<long>();
    }

    /// <summary>All documents of lines; null while an index is so new that the engine cannot ask it.</summary>
    internal async Task<long?> TryCountAsync()
    {
        await DoAsync(HttpMethod.Post, $"{AllLines}/_refresh");
        var (status, answer) = await AskAsync(HttpMethod.Post, $"{AllLines}/_count");
        return status == 503 ? null : answer!["count"]!.GetValue<long>();
    }

    /// <summary>The documents of lines that fulfil a query, with their ids and indices.</summary>
    internal async Task<IReadOnlyList<JsonNode>> FindAsync(string query, int size = 100)
    {
        await DoAsync(HttpMethod.Post, $"{AllLines}/_refresh");
        var answer = await DoAsync(HttpMethod.Post, $"{AllLines}/_search", $"{{\"size\":{size},\"query\":{query}}}");
        return [.. answer["hits"]!["hits"]!.AsArray().Select(hit => hit!)];
    }

    /// <summary>Every line that the engine holds, log by log, and the generations of each build.</summary>
    /// <param name="read">What is taken for a line's text, by log, line and text; null: the text.</param>
    internal async Task<(Dictionary<LogName, LogDigest> Logs, Dictionary<string, HashSet<int>> Generations, long Documents)> DigestAsync(
        Func<LogName, long, string, string>? read = null)
    {
        var logs = new Dictionary<LogName, LogDigest>();
        var generations = new Dictionary<string, HashSet<int>>();
        var documents = 0L;
        await DoAsync(HttpMethod.Post, $"{AllLines}/_refresh");
        var page = await DoAsync(HttpMethod.Post, $"{AllLines}/_search?scroll=5m", """{"size":5000,"sort":["_doc"]}""");
        while (page["hits"]!["hits"]!.AsArray() is { Count: > 0 } hits)
        {
            foreach (var source in hits.Select(hit => hit!["_source"]!))
            {
                var build = Field(source, "cicd.pipeline.run.id")!.GetValue<string>();
                var name = new LogName(build, Field(source, "log.file.path")!.GetValue<string>());
                var (line, text) = (Field(source, "granary.line")!.GetValue<long>(), Field(source, "message")!.GetValue<string>());
                text = read?.Invoke(name, line, text) ?? text;
                logs[name] = logs.GetValueOrDefault(name).With(line, Field(source, "granary.part")?.GetValue<int>() ?? 0, Encoding.UTF8.GetBytes(text));
                (generations.TryGetValue(build, out var some) ? some : generations[build] = []).Add(Field(source, "granary.generation")!.GetValue<int>());
                documents++;
            }

            page = await DoAsync(HttpMethod.Post, "_search/scroll", $"{{\"scroll\":\"5m\",\"scroll_id\":\"{page["_scroll_id"]}\"}}");
        }

        await AskAsync(HttpMethod.Delete, "_search/scroll", $"{{\"scroll_id\":\"{page["_scroll_id"]}\"}}");
        return (logs, generations, documents);
    }

    /// <summary>A field of a document, whether the dots of its name stand for objects or for themselves.</summary>
    internal static JsonNode? Field(JsonNode source, string name)
    {
        if (source[name] is { } value)
        {
            return value;
        }

        for (var dot = name.IndexOf('.', StringComparison.Ordinal); dot > 0; dot = name.IndexOf('.', dot + 1))
        {
            if (source[name[..dot]] is JsonObject inner && Field(inner, name[(dot + 1)..]) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    public void Dispose() => http.Dispose();
}
