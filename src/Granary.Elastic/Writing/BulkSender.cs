using System.Text.Json;
using Granary.Core.Ports;
using Granary.Elastic.Http;

namespace Granary.Elastic.Writing;

/// <summary>
/// Sends a batch until each of its documents is durable or in the dead letters. Whatever may succeed later is sent again, alone; sending
/// a document twice changes nothing.
/// </summary>
internal sealed class BulkSender(ElasticClient client, SendPermits permits, DeadLetters dead)
{
    private const int LongestDoubling = 6;

    private readonly string refresh = client.Options.WaitSearchable ? "&refresh=true" : "";
    private long sentBytes;
    private long requests;
    private long lastSuccess = long.MinValue;
    private int largestBody = int.MaxValue;

    internal long SentBytes => Interlocked.Read(ref sentBytes);

    internal long Requests => Interlocked.Read(ref requests);

    /// <summary>Bytes of a full batch: as configured, but at most half of what the engine was seen to refuse as too many.</summary>
    internal int BatchBytes => Math.Min(client.Options.BatchBytes, Volatile.Read(ref largestBody) / 2);

    /// <summary>Sends a batch and disposes it.</summary>
    /// <exception cref="IndexUnavailableException">The engine can take nothing, or gave no success for too long.</exception>
    /// <exception cref="ElasticException">The engine does not understand the request.</exception>
    internal async Task SendAsync(BulkBatch batch, CancellationToken cancellation)
    {
        long? begun = null;
        try
        {
            for (var attempt = 0; batch.Items.Count > 0;)
            {
                var before = batch.Items.Count;
                var permit = await permits.TakeAsync(cancellation).ConfigureAwait(false);

                // Who waits for a permit while others are served has not tried yet.
                begun ??= client.Time.GetTimestamp();
                var (rest, why, pause) = await TryAsync(batch, permit, cancellation).ConfigureAwait(false);
                if (rest is null || rest.Items.Count < before)
                {
                    Volatile.Write(ref lastSuccess, client.Time.GetTimestamp());
                }

                if (rest is null)
                {
                    return;
                }

                if (rest != batch)
                {
                    batch.Dispose();
                    batch = rest;
                }

                if (batch.Items.Count < before / 2)
                {
                    attempt = 0;
                }

                if (client.Time.GetElapsedTime(Math.Max(begun.Value, Volatile.Read(ref lastSuccess))) > client.Options.GiveUpAfter)
                {
                    throw new IndexUnavailableException($"nothing could be written for {client.Options.GiveUpAfter.TotalSeconds:0} s: {why}");
                }

                await Task.Delay(pause ?? BackOff(attempt++), client.Time, cancellation).ConfigureAwait(false);
            }
        }
        finally
        {
            batch.Dispose();
        }
    }

    /// <summary>One request under that permit. Returns what is left to be sent, the batch itself if that is all, and null if nothing is.</summary>
    private async Task<(BulkBatch? Left, string Why, TimeSpan? Pause)> TryAsync(BulkBatch batch, int permit, CancellationToken cancellation)
    {
        ElasticAnswer answer;
        IReadOnlyList<BulkFailure> failures;
        try
        {
            (answer, failures) = await PostAsync(batch, permit, cancellation).ConfigureAwait(false);
        }
        catch (IndexUnavailableException exception)
        {
            return (batch, exception.Message, null);
        }

        if (answer.Status == 413)
        {
            await SendHalvesAsync(batch, cancellation).ConfigureAwait(false);
            return (null, "", null);
        }

        if (!answer.Succeeded)
        {
            var refusal = EngineErrors.Of(answer, "take lines");
            var (type, reason) = answer.Error();
            return answer.IsTransient && EngineErrors.Blocking(answer.Status, type, reason) is null ? (batch, refusal.Message, answer.RetryAfter) : throw refusal;
        }

        var (left, why) = await SettleAsync(batch, failures, cancellation).ConfigureAwait(false);
        return (left, why, null);
    }

    /// <summary>One request. The permit is given back once it is known what the engine said of each document.</summary>
    /// <exception cref="IndexUnavailableException">No answer, or none that can be read.</exception>
    private async Task<(ElasticAnswer Answer, IReadOnlyList<BulkFailure> Failures)> PostAsync(BulkBatch batch, int permit, CancellationToken cancellation)
    {
        var start = client.Time.GetTimestamp();
        try
        {
            using var content = new BodyContent(batch.Body, client.Options.Compresses);
            Interlocked.Add(ref sentBytes, content.Headers.ContentLength ?? 0);
            Interlocked.Increment(ref requests);
            var answer = await client.SendAsync(
                HttpMethod.Post, $"{batch.Index}/_bulk?{BulkAnswer.Filter}{refresh}", content, client.Options.RequestTimeout, cancellation).ConfigureAwait(false);
            var latency = client.Time.GetElapsedTime(start);
            var failures = answer.Succeeded ? BulkAnswer.Read(answer.Body.Span, batch.Items.Count) : [];
            if (answer.IsTransient)
            {
                permits.PushedBack(permit);
            }
            else if (answer.Succeeded)
            {
                // An engine with full queues says so of the documents, in an answer that is itself a success.
                var refused = (double)failures.Count(failure => failure.IsTransient) / batch.Items.Count;
                permits.Answered(permit, Math.Min(1, (double)batch.Body.Length / BatchBytes), refused, latency);
            }
            else
            {
                permits.Unused();
            }

            return (answer, failures);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            permits.Unused();
            throw;
        }
        catch (JsonException exception)
        {
            permits.PushedBack(permit);
            throw new IndexUnavailableException($"the engine's answer cannot be read: {exception.Message}", exception);
        }
        catch (Exception)
        {
            permits.PushedBack(permit);
            throw;
        }
    }

    /// <summary>Counts what was taken, keeps what was refused, and returns what is to be sent again.</summary>
    private async Task<(BulkBatch? Left, string Why)> SettleAsync(
        BulkBatch batch, IReadOnlyList<BulkFailure> failures, CancellationToken cancellation)
    {
        if (failures.FirstOrDefault(failure => Blocking(failure) is not null) is { Status: > 0 } blocked)
        {
            throw new IndexUnavailableException(Blocking(blocked)!);
        }

        var refused = failures.Where(failure => !failure.IsTransient).ToArray();
        if (refused.Length > 0)
        {
            await dead.PutAsync(batch, refused, cancellation).ConfigureAwait(false);
        }

        var again = failures.Where(failure => failure.IsTransient).ToArray();
        BulkBatch? rest = null;
        if (again.Length > 0)
        {
            rest = new BulkBatch(batch.Index);
            foreach (var failure in again)
            {
                rest.Copy(batch, batch.Items[failure.Position]);
            }
        }

        CountStored(batch, failures);
        foreach (var failure in refused)
        {
            batch.Items[failure.Position].Owner.Refused(failure.Cause);
        }

        return (rest, again.Length > 0 ? $"{again[0].Type}: {again[0].Reason}" : "");
    }

    private static string? Blocking(BulkFailure failure) => EngineErrors.Blocking(failure.Status, failure.Type, failure.Reason);

    private static void CountStored(BulkBatch batch, IReadOnlyList<BulkFailure> failures)
    {
        var (next, run) = (0, 0);
        ChunkProgress? owner = null;
        for (var index = 0; index < batch.Items.Count; index++)
        {
            if (next < failures.Count && failures[next].Position == index)
            {
                next++;
                continue;
            }

            if (batch.Items[index].Owner != owner)
            {
                owner?.Stored(run);
                (owner, run) = (batch.Items[index].Owner, 0);
            }

            run++;
        }

        owner?.Stored(run);
    }

    private async Task SendHalvesAsync(BulkBatch batch, CancellationToken cancellation)
    {
        Volatile.Write(ref largestBody, (int)Math.Min(Volatile.Read(ref largestBody), batch.Body.Length));
        if (batch.Items.Count == 1)
        {
            var failure = new BulkFailure(0, 413, "content_too_large", $"a document of {batch.Items[0].Length} bytes is more than the engine takes");
            await dead.PutAsync(batch, [failure], cancellation).ConfigureAwait(false);
            batch.Items[0].Owner.Refused(failure.Cause);
            return;
        }

        var middle = batch.Items.Count / 2;
        await SendAsync(Part(batch, 0, middle), cancellation).ConfigureAwait(false);
        await SendAsync(Part(batch, middle, batch.Items.Count), cancellation).ConfigureAwait(false);
    }

    private static BulkBatch Part(BulkBatch batch, int from, int to)
    {
        var part = new BulkBatch(batch.Index);
        for (var index = from; index < to; index++)
        {
            part.Copy(batch, batch.Items[index]);
        }

        return part;
    }

    private TimeSpan BackOff(int attempt) =>
        client.Options.FirstBackOff * (1 << Math.Min(attempt, LongestDoubling)) * (0.5 + Random.Shared.NextDouble());
}
