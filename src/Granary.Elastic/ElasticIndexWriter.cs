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
    private const int DeleteRounds = 10;

    private readonly ElasticClient client;
    private readonly IndexNames names;
    private readonly BulkSender sender;
    private readonly DeadLetters dead;
    private readonly ReceiptCopies receipts;
    private readonly Refreshes refreshes;
    private readonly BulkPump pump;

    internal ElasticIndexWriter(ElasticClient client)
    {
        this.client = client;
        names = new IndexNames(client.Options.Prefix);
        var indices = new OwnIndices(client);
        dead = new DeadLetters(client, names, indices);
        receipts = new ReceiptCopies(client, names, dead);
        refreshes = new Refreshes(client);
        sender = new BulkSender(client, new SendPermits(client.Options.MaxInFlight), dead);
        pump = new BulkPump(client, names, indices, sender);
    }

    /// <summary>Bytes of request bodies sent so far, repeated ones included, as they went over the wire.</summary>
    public long SentBytes => sender.SentBytes;

    /// <summary>Bulk requests sent so far.</summary>
    public long Requests => sender.Requests;

    /// <inheritdoc/>
    public async IAsyncEnumerable<ChunkOutcome> WriteAsync(
        IAsyncEnumerable<Chunk> chunks, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var outcomes = Channel.CreateUnbounded<ChunkOutcome>(new UnboundedChannelOptions { SingleReader = true });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var pumping = pump.PumpAsync(chunks, outcomes.Writer, stop);
        try
        {
            await foreach (var outcome in outcomes.Reader.ReadAllAsync(cancellation).ConfigureAwait(false))
            {
                yield return outcome;
            }

            await pumping.ConfigureAwait(false);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await pumping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <inheritdoc/>
    public void Hurry() => pump.Hurry();

    /// <inheritdoc/>
    public async Task DeleteOlderGenerationsAsync(BuildKey build, int generation, DateOnly indexDay, CancellationToken cancellation)
    {
        await dead.ForgetAsync(build, generation, cancellation).ConfigureAwait(false);
        await DeleteAsync(build, Dsl.Range(FieldNames.Generation, null, generation), indexDay, cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task DeleteGenerationsAsync(BuildKey build, int first, int last, DateOnly indexDay, CancellationToken cancellation)
    {
        await dead.ForgetAsync(build, first, last, cancellation).ConfigureAwait(false);
        await DeleteAsync(build, Dsl.Range(FieldNames.Generation, first, last + 1L), indexDay, cancellation).ConfigureAwait(false);
    }

    private async Task DeleteAsync(BuildKey build, JsonObject generations, DateOnly indexDay, CancellationToken cancellation)
    {
        var named = EntriesOf(build, generations);
        var indices = $"{names.Lines(indexDay)},{names.Builds}";
        for (var round = 0; ; round++)
        {
            // Most builds that were read before have nothing older: to count costs less than to delete.
            await Task.WhenAll(refreshes.RefreshAsync(names.Lines(indexDay), cancellation), refreshes.RefreshAsync(names.Builds, cancellation)).ConfigureAwait(false);
            var left = await CountAsync(indices, named, cancellation).ConfigureAwait(false);
            if (left == 0)
            {
                return;
            }

            if (round == DeleteRounds)
            {
                throw new IndexUnavailableException($"{left} documents of {build} could not be deleted");
            }

            var path = $"{indices}/_delete_by_query?conflicts=proceed&refresh=true&ignore_unavailable=true&scroll_size=5000";
            using var answer = await client.JsonAsync(
                HttpMethod.Post, path, named.DeepClone(), "delete generations", cancellation, client.Options.LongTimeout).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async Task<long> CountAsync(BuildKey build, int generation, DateOnly indexDay, CancellationToken cancellation)
    {
        var index = names.Lines(indexDay);
        await refreshes.RefreshAsync(index, cancellation).ConfigureAwait(false);
        return await CountAsync(index, EntriesOf(build, Dsl.Term(FieldNames.Generation, generation)), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task PutReceiptAsync(Receipt receipt, CancellationToken cancellation) => receipts.PutAsync(receipt, cancellation);

    /// <summary>The documents that the engine refused for good, the latest first.</summary>
    public Task<IReadOnlyList<DeadLetter>> DeadLettersAsync(int limit, CancellationToken cancellation) => dead.ListAsync(limit, cancellation);

    /// <summary>Deletes the indices of days before the retention, what the builds index says of their builds, and what was refused of their lines.</summary>
    /// <param name="before">Called with the first day that stays, before anything is deleted; not where there is nothing to delete.</param>
    /// <param name="cancellation">Ends it between two days.</param>
    /// <returns>The days deleted; none where no retention is set.</returns>
    public async Task<IReadOnlyList<DateOnly>> ApplyRetentionAsync(Func<DateOnly, CancellationToken, Task> before, CancellationToken cancellation)
    {
        if (client.Options.RetentionDays is not { } days)
        {
            return [];
        }

        var first = DateOnly.FromDateTime(client.Time.GetUtcNow().UtcDateTime).AddDays(-days);
        using var listed = await client.JsonAsync(
            HttpMethod.Get, $"{names.AllLines}/_settings/index.uuid", null, "list indices", cancellation).ConfigureAwait(false);
        var old = listed.RootElement.EnumerateObject().Select(index => names.DayOf(index.Name)).OfType<DateOnly>().Where(day => day < first).Order().ToArray();
        if (old.Length > 0)
        {
            await before(first, cancellation).ConfigureAwait(false);
        }

        foreach (var day in old)
        {
            using var deleted = await client.JsonAsync(
                HttpMethod.Delete, $"{names.Lines(day)}?ignore_unavailable=true", null, "delete an index", cancellation, client.Options.LongTimeout).ConfigureAwait(false);
        }

        // Whether or not an index went: the last time may have ended behind that.
        var query = Dsl.Body(Dsl.Range(FieldNames.IndexDay, null, $"{first:yyyy-MM-dd}"));
        await refreshes.RefreshAsync(names.Builds, cancellation).ConfigureAwait(false);
        using var forgotten = await client.JsonAsync(HttpMethod.Post, $"{names.Builds}/_delete_by_query?conflicts=proceed&refresh=true&ignore_unavailable=true",
            query, "delete expired builds", cancellation, client.Options.LongTimeout).ConfigureAwait(false);
        await dead.ForgetOldAsync(first, cancellation).ConfigureAwait(false);
        return old;
    }

    /// <summary>Makes what was written searchable, and lets go of the connections.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            foreach (var index in pump.Touched)
            {
                await refreshes.RefreshAsync(index, CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is IndexUnavailableException or ElasticException)
        {
            // The engine refreshes by itself a little later.
        }

        client.Dispose();
        pump.Dispose();
    }

    /// <summary>All that is held of generations of a build but the copy of its receipt.</summary>
    private static JsonObject EntriesOf(BuildKey build, JsonObject generations) => Dsl.Body(Dsl.Filter(
        Dsl.Term(FieldNames.BuildHash, LineIds.Of(build.Hash)), generations, Dsl.Not(Dsl.Term(FieldNames.Kind, "build"))));

    private async Task<long> CountAsync(string index, JsonObject query, CancellationToken cancellation)
    {
        using var answer = await client.JsonAsync(
            HttpMethod.Post, $"{index}/_count?ignore_unavailable=true", query.DeepClone(), "count lines", cancellation).ConfigureAwait(false);
        var shards = answer.RootElement.GetProperty("_shards");
        return shards.GetProperty("failed").GetInt32() == 0 ? answer.RootElement.GetProperty("count").GetInt64()
            : throw new IndexUnavailableException($"a shard of {index} does not answer");
    }
}
