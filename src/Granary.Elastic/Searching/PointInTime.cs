using System.Text.Json;
using System.Text.Json.Nodes;
using Granary.Core.Ports;
using Granary.Elastic.Http;

namespace Granary.Elastic.Searching;

/// <summary>
/// The indices as they were when it was opened, so that many pages fit together while lines are written and older generations deleted.
/// Released at the end; the engine forgets it by itself some minutes after it was last used.
/// </summary>
/// <remarks>
/// OpenSearch: <c>POST INDEX/_search/point_in_time</c>, since 2.4. Elasticsearch: <c>POST INDEX/_pit</c>, since 7.12; there a sort
/// ends with <c>_shard_doc</c>, which has to have its place in <c>search_after</c>.
/// </remarks>
internal sealed class PointInTime : IAsyncDisposable
{
    private const string KeepAlive = "5m";

    private readonly ElasticClient client;
    private readonly EngineKind kind;
    private readonly string id;

    private PointInTime(ElasticClient client, EngineKind kind, string id) => (this.client, this.kind, this.id) = (client, kind, id);

    /// <summary>Opens one; null where the engine gives none (no index yet, no permission, too many open): paging works without.</summary>
    internal static async Task<PointInTime?> OpenAsync(ElasticClient client, EngineKind kind, string indices, CancellationToken cancellation)
    {
        var path = kind == EngineKind.OpenSearch ? $"{indices}/_search/point_in_time?keep_alive={KeepAlive}" : $"{indices}/_pit?keep_alive={KeepAlive}";
        try
        {
            var answer = await client.SendAsync(HttpMethod.Post, path, null, client.Options.RequestTimeout, cancellation).ConfigureAwait(false);
            if (!answer.Succeeded)
            {
                return null;
            }

            using var json = JsonDocument.Parse(answer.Body);
            return json.RootElement.TryGetProperty(kind == EngineKind.OpenSearch ? "pit_id" : "id", out var id) && id.GetString() is { } name
                ? new PointInTime(client, kind, name) : null;
        }
        catch (Exception exception) when (exception is IndexUnavailableException or JsonException)
        {
            return null;
        }
    }

    /// <summary>True of an error that says that the engine has forgotten it.</summary>
    internal static bool IsLost(ElasticException exception) =>
        exception.Status == 404 || exception.Message.Contains("No search context found", StringComparison.Ordinal);

    /// <summary>A search, its sort and <c>search_after</c> included, asked as of then.</summary>
    internal JsonObject Ask(JsonObject search)
    {
        var body = search.DeepClone().AsObject();
        body["pit"] = new JsonObject { ["id"] = id, ["keep_alive"] = KeepAlive };
        if (kind == EngineKind.Elasticsearch && body["sort"] is JsonArray sort)
        {
            sort.Add("_shard_doc");
            (body["search_after"] as JsonArray)?.Add(long.MaxValue);
        }

        return body;
    }

    public async ValueTask DisposeAsync()
    {
        var (path, body) = kind == EngineKind.OpenSearch
            ? ("_search/point_in_time", new JsonObject { ["pit_id"] = new JsonArray(id) })
            : ("_pit", new JsonObject { ["id"] = id });
        try
        {
            await client.AskAsync(HttpMethod.Delete, path, body, client.Options.RequestTimeout, CancellationToken.None).ConfigureAwait(false);
        }
        catch (IndexUnavailableException)
        {
            // It ends by itself.
        }
    }
}
