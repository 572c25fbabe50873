using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Granary.Core.Chunks;
using Granary.Core.Model;
using Granary.Core.Ports;
using Granary.Elastic.Http;
using Granary.Elastic.Writing;

namespace Granary.Elastic;

/// <summary>
/// Writes chunks into Elasticsearch or OpenSearch, a document an entry. A chunk is acknowledged once each of its documents is durable on
/// the engine, or in the dead letters. The engine keeps no hashes: a chunk written again with another content is not noticed here, but
/// by the count of the build's entries.
/// </summary>
public sealed class ElasticIndexWriter : IIndexWriter
{
    private const int MostKnownLogs = 100_000;
    private const int DeleteRounds = 10;

    private readonly ElasticClient client;
    private readonly IndexNames names;
    private readonly SendPermits permits;
    private readonly BulkSender sender;
    private readonly DeadLetters dead;
    private readonly SemaphoreSlim batches;
    private readonly Lock gate = new();
    private readonly HashSet<Id96> knownLogs = [];
    private readonly HashSet<string> touched = [];
    private TaskCompletionSource hurry = NewSignal();

    internal ElasticIndexWriter(ElasticClient client, EngineInfo engine)
    {
        (this.client, Engine) = (client, engine);
        names = new IndexNames(client.Options.Prefix);
        permits = new SendPermits(client.Options.MaxInFlight);
        dead = new DeadLetters(client, names);
        sender = new BulkSender(client, permits, dead);
        batches = new SemaphoreSlim(client.Options.MaxInFlight + 1);
    }

    /// <summary>Which engine is written to.</summary>
    public EngineInfo Engine { get; }

    /// <summary>Bytes of request bodies sent so far, repeated ones included, as they went over the wire.</summary>
    public long SentBytes => sender.SentBytes;

    /// <summary>Bulk requests sent so far.</summary>
    public long Requests => sender.Requests;

    /// <summary>Documents sent again so far.</summary>
    public long RetriedDocuments => sender.RetriedDocuments;

    /// <summary>Requests that may be under way at once now.</summary>
    public int Permits => permits.Limit;

    /// <inheritdoc/>
    public async IAsyncEnumerable<ChunkOutcome> WriteAsync(
        IAsyncEnumerable<Chunk> chunks, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var outcomes = Channel.CreateUnbounded<ChunkOutcome>(new UnboundedChannelOptions { SingleReader = true });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var pump = PumpAsync(chunks, outcomes.Writer, stop);
        try
        {
            await foreach (var outcome in outcomes.Reader.ReadAllAsync(cancellation).ConfigureAwait(false))
            {
                yield return outcome;
            }

            await pump.ConfigureAwait(false);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await pump.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <inheritdoc/>
    public void Hurry() => Interlocked.Exchange(ref hurry, NewSignal()).TrySetResult();

    /// <inheritdoc/>
    public async Task DeleteOlderGenerationsAsync(BuildKey build, int generation, DateOnly indexDay, CancellationToken cancellation)
    {
        var older = OlderThan(build, generation);
        for (var round = 1; ; round++)
        {
            foreach (var index in new[] { names.Lines(indexDay), names.Builds })
            {
                await RefreshAsync(index, cancellation).ConfigureAwait(false);
                var path = $"{index}/_delete_by_query?conflicts=proceed&refresh=true&ignore_unavailable=true&scroll_size=5000";
                using var answer = await client.JsonAsync(
                    HttpMethod.Post, path, older.DeepClone(), "delete older generations", cancellation, client.Options.LongTimeout).ConfigureAwait(false);
            }

            var left = await CountAsync(names.Lines(indexDay), older, cancellation).ConfigureAwait(false);
            if (left == 0)
            {
                return;
            }

            if (round == DeleteRounds)
            {
                throw new IndexUnavailableException($"{left} lines of older generations of {build} could not be deleted");
            }
        }
    }

    /// <inheritdoc/>
    public async Task<long> CountAsync(BuildKey build, int generation, DateOnly indexDay, CancellationToken cancellation)
    {
        var index = names.Lines(indexDay);
        await RefreshAsync(index, cancellation).ConfigureAwait(false);
        var query = BuildFilter(build, new JsonObject { ["term"] = new JsonObject { [FieldNames.Generation] = generation } });
        return await CountAsync(index, query, cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task PutReceiptAsync(Receipt receipt, CancellationToken cancellation)
    {
        var body = JsonNode.Parse(BuildDocuments.Of(receipt));
        var path = $"{names.Builds}/_doc/{LineIds.Of(receipt.Build.Key.Hash)}";
        using var answer = await client.JsonAsync(HttpMethod.Put, path, body, "store a receipt", cancellation).ConfigureAwait(false);
    }

    /// <summary>The documents that the engine refused for good, the latest first.</summary>
    public Task<IReadOnlyList<DeadLetter>> DeadLettersAsync(int limit, CancellationToken cancellation) => dead.ListAsync(limit, cancellation);

    /// <summary>Deletes the indices of days before the retention, and what the builds index says of their builds.</summary>
    /// <returns>The days deleted; none where no retention is set.</returns>
    public async Task<IReadOnlyList<DateOnly>> ApplyRetentionAsync(CancellationToken cancellation)
    {
        if (client.Options.RetentionDays is not { } days)
        {
            return [];
        }

        var first = DateOnly.FromDateTime(client.Time.GetUtcNow().UtcDateTime).AddDays(-days);
        using var listed = await client.JsonAsync(
            HttpMethod.Get, $"{names.AllLines}/_settings/index.uuid", null, "list indices", cancellation).ConfigureAwait(false);
        var old = listed.RootElement.EnumerateObject().Select(index => names.DayOf(index.Name)).OfType<DateOnly>().Where(day => day < first).Order().ToArray();
        foreach (var day in old)
        {
            using var deleted = await client.JsonAsync(
                HttpMethod.Delete, $"{names.Lines(day)}?ignore_unavailable=true", null, "delete an index", cancellation, client.Options.LongTimeout).ConfigureAwait(false);
        }

        if (old.Length > 0)
        {
            var query = new JsonObject
            {
                ["query"] = new JsonObject { ["range"] = new JsonObject { [FieldNames.IndexDay] = new JsonObject { ["lt"] = $"{first:yyyy-MM-dd}" } } },
            };
            await RefreshAsync(names.Builds, cancellation).ConfigureAwait(false);
            using var deleted = await client.JsonAsync(HttpMethod.Post, $"{names.Builds}/_delete_by_query?conflicts=proceed&refresh=true&ignore_unavailable=true",
                query, "delete expired builds", cancellation, client.Options.LongTimeout).ConfigureAwait(false);
        }

        return old;
    }

    /// <summary>Makes what was written searchable, and lets go of the connections.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            string[] indices;
            lock (gate)
            {
                indices = [.. touched];
            }

            foreach (var index in indices)
            {
                await RefreshAsync(index, CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is IndexUnavailableException or ElasticException)
        {
            // The engine refreshes by itself a little later.
        }

        client.Dispose();
        batches.Dispose();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static JsonObject OlderThan(BuildKey build, int generation) =>
        BuildFilter(build, new JsonObject { ["range"] = new JsonObject { [FieldNames.Generation] = new JsonObject { ["lt"] = generation } } });

    private static JsonObject BuildFilter(BuildKey build, JsonObject generations) => new()
    {
        ["query"] = new JsonObject
        {
            ["bool"] = new JsonObject
            {
                ["filter"] = new JsonArray(
                    new JsonObject { ["term"] = new JsonObject { [FieldNames.BuildHash] = LineIds.Of(build.Hash) } }, generations),
                ["must_not"] = new JsonArray(new JsonObject { ["term"] = new JsonObject { [FieldNames.Kind] = "build" } }),
            },
        },
    };

    private async Task<long> CountAsync(string index, JsonObject query, CancellationToken cancellation)
    {
        using var answer = await client.JsonAsync(
            HttpMethod.Post, $"{index}/_count?ignore_unavailable=true", query.DeepClone(), "count lines", cancellation).ConfigureAwait(false);
        var shards = answer.RootElement.GetProperty("_shards");
        return shards.GetProperty("failed").GetInt32() == 0 ? answer.RootElement.GetProperty("count").GetInt64()
            : throw new IndexUnavailableException($"a shard of {index} does not answer");
    }

    private async Task RefreshAsync(string index, CancellationToken cancellation)
    {
        using var answer = await client.JsonAsync(
            HttpMethod.Post, $"{index}/_refresh?ignore_unavailable=true", null, "refresh an index", cancellation, client.Options.LongTimeout).ConfigureAwait(false);
    }

    private async Task PumpAsync(IAsyncEnumerable<Chunk> chunks, ChannelWriter<ChunkOutcome> outcomes, CancellationTokenSource stop)
    {
        var sending = new List<Task>();
        Exception? failure = null;
        try
        {
            await EncodeAsync(chunks, outcomes, sending, stop).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            failure = exception;
            await stop.CancelAsync().ConfigureAwait(false);
        }

        try
        {
            await Task.WhenAll(sending).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // The first that failed for a reason of its own tells why; the others were only stopped.
            failure = sending.Where(task => task.IsFaulted).Select(task => task.Exception!.InnerException).FirstOrDefault() ?? failure;
        }

        outcomes.TryComplete(failure);
    }

    private async Task EncodeAsync(
        IAsyncEnumerable<Chunk> chunks, ChannelWriter<ChunkOutcome> outcomes, List<Task> sending, CancellationTokenSource stop)
    {
        var encoder = new BulkEncoder(names);
        var filling = new FillingBatch();
        var input = chunks.GetAsyncEnumerator(stop.Token);
        try
        {
            for (var next = input.MoveNextAsync().AsTask(); ;)
            {
                var signal = Volatile.Read(ref hurry).Task;
                if (!next.IsCompleted && filling.Batch is not null)
                {
                    await Task.WhenAny(next, signal, Task.Delay(client.Options.Linger, client.Time, stop.Token)).ConfigureAwait(false);
                    if (!next.IsCompleted)
                    {
                        Launch(filling, sending, stop);
                    }
                }

                if (!await next.ConfigureAwait(false))
                {
                    break;
                }

                using (var chunk = input.Current)
                {
                    await AddAsync(chunk, encoder, filling, outcomes, sending, stop).ConfigureAwait(false);
                }

                next = input.MoveNextAsync().AsTask();
                if (signal.IsCompleted)
                {
                    Launch(filling, sending, stop);
                }
            }

            Launch(filling, sending, stop);
        }
        finally
        {
            filling.Batch?.Dispose();
            await input.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task AddAsync(Chunk chunk, BulkEncoder encoder, FillingBatch filling, ChannelWriter<ChunkOutcome> outcomes,
        List<Task> sending, CancellationTokenSource stop)
    {
        var log = chunk.Log;
        var isNewLog = !IsKnown(log.Id);
        var limit = Math.Min(client.Options.BatchBytes, sender.LargestBody / 2);
        if (chunk.Count == 0 && !isNewLog)
        {
            outcomes.TryWrite(new ChunkOutcome(chunk.Id, ChunkResult.Stored));
            return;
        }

        var owner = new ChunkProgress(chunk, chunk.Count + (isNewLog ? 1 : 0), outcome =>
        {
            Remember(log.Id, encoder.IndexOf(log));
            outcomes.TryWrite(outcome);
        });
        for (var entry = 0; entry < chunk.Count || isNewLog;)
        {
            if (filling.Batch is null)
            {
                await batches.WaitAsync(stop.Token).ConfigureAwait(false);
                filling.Batch = new BulkBatch(encoder.IndexOf(log));
            }

            if (isNewLog)
            {
                BuildDocuments.AddLog(filling.Batch, names, log, owner);
                isNewLog = false;
            }

            entry = encoder.Write(chunk, entry, filling.Batch, owner, limit);
            if (filling.Batch.Body.Length >= limit)
            {
                Launch(filling, sending, stop);
            }
        }
    }

    private void Launch(FillingBatch filling, List<Task> sending, CancellationTokenSource stop)
    {
        if (filling.Batch is { } batch)
        {
            filling.Batch = null;
            sending.RemoveAll(task => task.IsCompletedSuccessfully);
            sending.Add(Task.Run(() => SendAsync(batch, stop), CancellationToken.None));
        }
    }

    private async Task SendAsync(BulkBatch batch, CancellationTokenSource stop)
    {
        try
        {
            await sender.SendAsync(batch, stop.Token).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // What is being read and sent beside it ends too; the exception is the caller's.
            await stop.CancelAsync().ConfigureAwait(false);
            throw;
        }
        finally
        {
            batches.Release();
        }
    }

    private bool IsKnown(Id96 log)
    {
        lock (gate)
        {
            return knownLogs.Contains(log);
        }
    }

    private void Remember(Id96 log, string index)
    {
        lock (gate)
        {
            if (knownLogs.Count >= MostKnownLogs)
            {
                knownLogs.Clear();
            }

            knownLogs.Add(log);
            touched.Add(index);
        }
    }

    /// <summary>The batch being filled; it holds one of the slots that bound memory.</summary>
    private sealed class FillingBatch
    {
        internal BulkBatch? Batch { get; set; }
    }
}
