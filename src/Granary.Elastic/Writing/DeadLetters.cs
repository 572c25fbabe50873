using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Granary.Core.Ports;
using Granary.Elastic.Http;

namespace Granary.Elastic.Writing;

/// <summary>Keeps documents that the engine refused, as text that it cannot refuse, and lists them.</summary>
internal sealed class DeadLetters(ElasticClient client, IndexNames names)
{
    /// <summary>Returns once they are durable. Writing one again changes nothing.</summary>
    /// <exception cref="IndexUnavailableException">They could not be written.</exception>
    internal async Task PutAsync(BulkBatch batch, IReadOnlyList<BulkFailure> failures, CancellationToken cancellation)
    {
        foreach (var failure in failures)
        {
            var (index, id, document) = Split(batch, batch.Items[failure.Position]);
            var body = new JsonObject
            {
                [FieldNames.Timestamp] = NanosText.Of((client.Time.GetUtcNow().UtcTicks - DateTime.UnixEpoch.Ticks) * 100),
                [FieldNames.BuildHash] = LineIds.Of(batch.Items[failure.Position].Owner.Log.BuildHash),
                ["granary.index"] = index,
                ["granary.id"] = id,
                ["granary.status"] = failure.Status,
                ["granary.reason"] = $"{failure.Type}: {failure.Reason}",
                ["granary.record"] = new JsonObject { ["document"] = document },
            };
            using var answer = await client.JsonAsync(
                HttpMethod.Put, $"{names.Dead}/_doc/{id}", body, "keep a refused document", cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>The dead letters, the latest first.</summary>
    internal async Task<IReadOnlyList<DeadLetter>> ListAsync(int limit, CancellationToken cancellation)
    {
        using var refreshed = await client.JsonAsync(
            HttpMethod.Post, $"{names.Dead}/_refresh?ignore_unavailable=true", null, "list refused documents", cancellation).ConfigureAwait(false);
        var body = new JsonObject
        {
            ["size"] = limit,
            ["sort"] = new JsonArray(new JsonObject { [FieldNames.Timestamp] = "desc" }),
        };
        using var answer = await client.JsonAsync(
            HttpMethod.Post, $"{names.Dead}/_search?ignore_unavailable=true", body, "list refused documents", cancellation).ConfigureAwait(false);
        return [.. answer.RootElement.GetProperty("hits").GetProperty("hits").EnumerateArray().Select(hit => Read(hit.GetProperty("_source")))];
    }

    private static DeadLetter Read(JsonElement source) => new(
        source.GetProperty("granary.index").GetString()!,
        source.GetProperty("granary.id").GetString()!,
        source.GetProperty("granary.status").GetInt32(),
        source.GetProperty("granary.reason").GetString()!,
        source.GetProperty("granary.record").GetProperty("document").GetString()!);

    private static (string Index, string Id, string Document) Split(BulkBatch batch, BulkItem item)
    {
        var bytes = batch.Read(item);
        var end = bytes.IndexOf((byte)'\n');
        using var action = JsonDocument.Parse(bytes[..end].ToArray());
        var target = action.RootElement.GetProperty("index");
        var index = target.TryGetProperty("_index", out var name) ? name.GetString()! : batch.Index;
        return (index, target.GetProperty("_id").GetString()!, Encoding.UTF8.GetString(bytes[(end + 1)..^1]));
    }
}
