using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Granary.Core.Model;
using Granary.Core.Ports;
using Granary.Elastic.Http;
using Granary.Elastic.Searching;

namespace Granary.Elastic.Writing;

/// <summary>Keeps documents that the engine refused, as text that it cannot refuse; lists them, and forgets those that were replaced.</summary>
internal sealed class DeadLetters(ElasticClient client, IndexNames names, OwnIndices indices)
{
    /// <summary>Bytes of documents after which a request is sent.</summary>
    private const int RequestBytes = 4 * 1024 * 1024;

    /// <summary>Refused documents of one generation that are looked at again after it was read again.</summary>
    private const int MostLookedAt = 10_000;

    private const int MostCauses = 5;

    /// <summary>Requests of so many bytes are as small as they get; of a document that is too large a quarter of that is kept.</summary>
    private const int ShortestCut = 4096;

    /// <summary>Returns once they are durable. Writing one again changes nothing.</summary>
    /// <exception cref="IndexUnavailableException">They could not be written.</exception>
    internal async Task PutAsync(BulkBatch batch, IReadOnlyList<BulkFailure> failures, CancellationToken cancellation)
    {
        await indices.EnsureAsync(names.Dead, cancellation).ConfigureAwait(false);
        for (var first = 0; first < failures.Count;)
        {
            var body = new ArrayBufferWriter<byte>();
            var next = first;
            while (next < failures.Count && body.WrittenCount < RequestBytes)
            {
                DeadLetterDocument.Write(body, DeadLetterDocument.Split(batch, batch.Items[failures[next].Position]), failures[next++], int.MaxValue, client.Time.GetUtcNow());
            }

            await SendAsync(batch, [.. failures.Skip(first).Take(next - first)], body, cancellation).ConfigureAwait(false);
            first = next;
        }
    }

    /// <summary>The same of one document that was refused by itself.</summary>
    /// <exception cref="IndexUnavailableException">It could not be written.</exception>
    internal async Task PutAsync(DeadLetter letter, CancellationToken cancellation)
    {
        await indices.EnsureAsync(names.Dead, cancellation).ConfigureAwait(false);
        var failure = new BulkFailure(0, letter.Status, "", letter.Reason);
        foreach (var most in (int[])[int.MaxValue, ShortestCut / 4])
        {
            var body = new ArrayBufferWriter<byte>();
            DeadLetterDocument.Write(body, (letter.Index, letter.Id, letter.Document), failure, most, client.Time.GetUtcNow());
            if (await TrySendAsync(body, 1, cancellation).ConfigureAwait(false))
            {
                return;
            }
        }

        throw TooLarge(ShortestCut);
    }

    /// <summary>
    /// Forgets those of index days before <paramref name="first"/>: they hold the text of lines. What was refused of builds names no day and is
    /// at least as old as the refusal.
    /// </summary>
    internal async Task ForgetOldAsync(DateOnly first, CancellationToken cancellation)
    {
        await RefreshAsync(cancellation).ConfigureAwait(false);
        var ofLines = Dsl.Range("granary.index", names.Lines(DateOnly.MinValue), names.Lines(first));
        var ofBuilds = Dsl.Filter(Dsl.Term("granary.index", names.Builds), Dsl.Range(FieldNames.Timestamp, null, $"{first:yyyy-MM-dd}"));
        await DeleteAsync(Dsl.Any(ofLines, ofBuilds), cancellation).ConfigureAwait(false);
    }

    /// <summary>The dead letters, the latest first.</summary>
    internal async Task<IReadOnlyList<DeadLetter>> ListAsync(int limit, CancellationToken cancellation)
    {
        await RefreshAsync(cancellation).ConfigureAwait(false);
        var body = new JsonObject
        {
            ["size"] = limit,
            ["sort"] = new JsonArray(new JsonObject { [FieldNames.Timestamp] = "desc" }),
        };
        using var answer = await SearchAsync(body, "list refused documents", cancellation).ConfigureAwait(false);
        return [.. answer.RootElement.GetProperty("hits").GetProperty("hits").EnumerateArray().Select(hit => DeadLetterDocument.Read(hit.GetProperty("_source")))];
    }

    /// <summary>How many there are, and the commonest causes.</summary>
    internal async Task<RefusedLines> SumAsync(CancellationToken cancellation)
    {
        await RefreshAsync(cancellation).ConfigureAwait(false);
        var body = new JsonObject
        {
            ["size"] = 0,
            ["track_total_hits"] = true,
            ["aggs"] = new JsonObject { ["causes"] = new JsonObject { ["terms"] = new JsonObject { ["field"] = FieldNames.Cause, ["size"] = MostCauses } } },
        };
        using var answer = await SearchAsync(body, "count refused documents", cancellation).ConfigureAwait(false);
        var root = answer.RootElement;
        return new RefusedLines(
            root.GetProperty("hits").GetProperty("total").GetProperty("value").GetInt64(),
            root.TryGetProperty("aggregations", out var aggregations)
                ? [.. aggregations.GetProperty("causes").GetProperty("buckets").EnumerateArray().Select(bucket =>
                    new RefusedCause(bucket.GetProperty("key").GetString()!, bucket.GetProperty("doc_count").GetInt64()))]
                : []);
    }

    /// <summary>
    /// Once a build was read again: forgets those of its older generations, and those of this one that the engine has taken meanwhile.
    /// </summary>
    internal async Task ForgetAsync(BuildKey build, int generation, CancellationToken cancellation)
    {
        await RefreshAsync(cancellation).ConfigureAwait(false);
        var body = new JsonObject
        {
            ["query"] = Of(build),
            ["size"] = MostLookedAt,
            ["sort"] = new JsonArray(new JsonObject { [FieldNames.Generation] = new JsonObject { ["order"] = "asc", ["missing"] = "_first", ["unmapped_type"] = "integer" } }),
            ["_source"] = new JsonArray("granary.index", FieldNames.Generation),
        };
        using var answer = await SearchAsync(body, "look for refused documents", cancellation).ConfigureAwait(false);
        var kept = answer.RootElement.GetProperty("hits").GetProperty("hits").EnumerateArray().ToArray();
        if (kept.Length == 0)
        {
            return;
        }

        var current = kept.Where(hit => GenerationOf(hit) >= generation).ToArray();
        var taken = await TakenAsync(current, cancellation).ConfigureAwait(false);
        var older = kept.Except(current).Any();
        if (older || taken.Count > 0)
        {
            var past = Dsl.Filter(Of(build), Dsl.Not(Dsl.Range(FieldNames.Generation, generation, null)));
            await DeleteAsync(Dsl.Any(past, Dsl.Ids(taken)), cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Forgets those of generations that were given up, both ends included.</summary>
    internal async Task ForgetAsync(BuildKey build, int first, int last, CancellationToken cancellation)
    {
        await RefreshAsync(cancellation).ConfigureAwait(false);
        await DeleteAsync(Dsl.Filter(Of(build), Dsl.Range(FieldNames.Generation, first, last + 1L)), cancellation).ConfigureAwait(false);
    }

    private static JsonObject Of(BuildKey build) => Dsl.Term(FieldNames.BuildHash, LineIds.Of(build.Hash));

    private async Task DeleteAsync(JsonObject query, CancellationToken cancellation)
    {
        using var deleted = await client.JsonAsync(HttpMethod.Post, $"{names.Dead}/_delete_by_query?ignore_unavailable=true&conflicts=proceed&refresh=true",
            Dsl.Body(query), "forget refused documents", cancellation, client.Options.LongTimeout).ConfigureAwait(false);
    }

    /// <summary>The ids of those that are where they should have gone.</summary>
    private async Task<IReadOnlyList<string>> TakenAsync(JsonElement[] letters, CancellationToken cancellation)
    {
        if (letters.Length == 0)
        {
            return [];
        }

        var asked = letters.Select(hit => (JsonNode)new JsonObject
        {
            ["_index"] = hit.GetProperty("_source").GetProperty("granary.index").GetString(),
            ["_id"] = hit.GetProperty("_id").GetString(),
            ["_source"] = false,
        });
        using var answer = await client.JsonAsync(
            HttpMethod.Post, "_mget", new JsonObject { ["docs"] = new JsonArray([.. asked]) }, "look for documents", cancellation).ConfigureAwait(false);
        return [.. answer.RootElement.GetProperty("docs").EnumerateArray()
            .Where(document => document.TryGetProperty("found", out var found) && found.GetBoolean()).Select(document => document.GetProperty("_id").GetString()!)];
    }

    private static int GenerationOf(JsonElement hit) =>
        SourceFields.TryFind(hit.GetProperty("_source"), FieldNames.Generation, out var generation) ? generation.GetInt32() : 0;

    private async Task SendAsync(BulkBatch batch, BulkFailure[] failures, ArrayBufferWriter<byte> body, CancellationToken cancellation)
    {
        if (!await TrySendAsync(body, failures.Length, cancellation).ConfigureAwait(false))
        {
            await SendSmallerAsync(batch, failures, body.WrittenCount, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>What the engine did not take; null where it is too much. What it may take later is sent again, and so is what it gave no readable answer to.</summary>
    private async Task<IReadOnlyList<BulkFailure>?> SendAsync(ReadOnlyMemory<byte> body, int letters, CancellationToken cancellation)
    {
        const int Attempts = 4;
        for (var attempt = 1; ; attempt++)
        {
            var answer = await client.AskAsync(
                HttpMethod.Post, $"{names.Dead}/_bulk?{BulkAnswer.Filter}", "application/x-ndjson", body, client.Options.RequestTimeout, cancellation).ConfigureAwait(false);
            if (answer.Status == 413)
            {
                return null;
            }

            if (!answer.Succeeded)
            {
                throw EngineErrors.Of(answer, "keep refused documents");
            }

            try
            {
                var refused = BulkAnswer.Read(answer.Body.Span, letters);
                if (attempt == Attempts || !refused.Any(MayPass))
                {
                    return refused;
                }
            }
            catch (JsonException) when (attempt < Attempts)
            {
                // Nothing tells what was stored; to store it again changes nothing.
            }
            catch (JsonException exception)
            {
                throw new IndexUnavailableException($"the engine's answer to refused documents cannot be read: {exception.Message}", exception);
            }

            await Task.Delay(client.Options.FirstBackOff * (1 << attempt), client.Time, cancellation).ConfigureAwait(false);
        }
    }

    private static bool MayPass(BulkFailure failure) =>
        failure.IsTransient && EngineErrors.Blocking(failure.Status, failure.Type, failure.Reason) is null;

    /// <returns>False where it is too much for the engine or a proxy before it.</returns>
    private async Task<bool> TrySendAsync(ArrayBufferWriter<byte> body, int letters, CancellationToken cancellation)
    {
        if (await SendAsync(body.WrittenMemory, letters, cancellation).ConfigureAwait(false) is not { } refused)
        {
            return false;
        }

        if (refused.Count > 0)
        {
            var (status, type, reason) = (refused[0].Status, refused[0].Type, refused[0].Reason);
            throw new IndexUnavailableException(EngineErrors.Blocking(status, type, reason) ?? $"refused documents cannot be kept: {type}: {reason}");
        }

        return true;
    }

    /// <summary>One by one, and cut short where even one is too much for the engine or a proxy before it.</summary>
    private async Task SendSmallerAsync(BulkBatch batch, BulkFailure[] failures, int bytes, CancellationToken cancellation)
    {
        if (failures.Length == 1 && bytes <= ShortestCut)
        {
            throw TooLarge(bytes);
        }

        foreach (var failure in failures)
        {
            var body = new ArrayBufferWriter<byte>();
            var most = failures.Length == 1 ? ShortestCut / 4 : int.MaxValue;
            DeadLetterDocument.Write(body, DeadLetterDocument.Split(batch, batch.Items[failure.Position]), failure, most, client.Time.GetUtcNow());
            await SendAsync(batch, [failure], body, cancellation).ConfigureAwait(false);
        }
    }

    private static IndexUnavailableException TooLarge(int bytes) => new($"the engine takes no request of {bytes} bytes: refused documents cannot be kept");

    private async Task RefreshAsync(CancellationToken cancellation)
    {
        using var refreshed = await client.JsonAsync(
            HttpMethod.Post, $"{names.Dead}/_refresh?ignore_unavailable=true", null, "refresh refused documents", cancellation).ConfigureAwait(false);
    }

    /// <exception cref="IndexUnavailableException">Not all of them can be seen.</exception>
    private async Task<JsonDocument> SearchAsync(JsonObject body, string purpose, CancellationToken cancellation)
    {
        var answer = await client.JsonAsync(
            HttpMethod.Post, $"{names.Dead}/_search?ignore_unavailable=true", body, purpose, cancellation).ConfigureAwait(false);
        var root = answer.RootElement;
        if (root.GetProperty("_shards").GetProperty("failed").GetInt32() > 0 || root.GetProperty("timed_out").GetBoolean())
        {
            answer.Dispose();
            throw new IndexUnavailableException($"the engine cannot {purpose} now: a shard of {names.Dead} does not answer");
        }

        return answer;
    }
}
