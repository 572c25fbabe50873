using System.Runtime.CompilerServices;
using Dapper;
using Granary.Core.Chunks;
using Granary.Core.Model;
using Granary.Core.Ports;
using Granary.Testing;
using Npgsql;

namespace Granary.ClusterTests;

/// <summary>An index that many processes can share, for the tests: a row a chunk. Its search is reading everything.</summary>
internal sealed class PostgresLineIndex : IIndexWriter
{
    private const int BatchChunks = 16;

    private readonly NpgsqlDataSource source;
    private TaskCompletionSource hurry = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private PostgresLineIndex(NpgsqlDataSource source) => this.source = source;

    public static async Task<PostgresLineIndex> OpenAsync(string database, CancellationToken cancellation)
    {
        var index = new PostgresLineIndex(NpgsqlDataSource.Create(database));
        await using var connection = await index.source.OpenConnectionAsync(cancellation);
        await connection.ExecuteAsync(
            """
            SELECT pg_advisory_lock(77);
            CREATE TABLE IF NOT EXISTS chunk(
                build text, file text, generation int, ordinal int, first_line bigint, first_part int, hash text, entries int, flags bytea,
                body bytea, writes int DEFAULT 1, PRIMARY KEY (build, file, generation, ordinal));
            SELECT pg_advisory_unlock(77)
            """);
        return index;
    }

    public async IAsyncEnumerable<ChunkOutcome> WriteAsync(
        IAsyncEnumerable<Chunk> chunks, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var input = chunks.GetAsyncEnumerator(reading.Token);
        var batch = new List<Chunk>();
        var next = input.MoveNextAsync().AsTask();
        try
        {
            while (true)
            {
                var hurried = Volatile.Read(ref hurry).Task;
                if (batch.Count < BatchChunks && (batch.Count == 0 || !hurried.IsCompleted))
                {
                    await (batch.Count == 0 ? (Task)next : Task.WhenAny(next, hurried));
                    if (next.IsCompleted)
                    {
                        if (!await next)
                        {
                            break;
                        }

                        batch.Add(input.Current);
                        next = input.MoveNextAsync().AsTask();
                        continue;
                    }
                }

                foreach (var outcome in await WriteAsync(batch, cancellation))
                {
                    yield return outcome;
                }
            }

            foreach (var outcome in await WriteAsync(batch, cancellation))
            {
                yield return outcome;
            }
        }
        finally
        {
            // The input cannot be disposed of while it is asked for its next chunk.
            await reading.CancelAsync();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await input.DisposeAsync();
        }
    }

    public void Hurry() => Volatile.Read(ref hurry).TrySetResult();

    public async Task DeleteOlderGenerationsAsync(BuildKey build, int generation, DateOnly indexDay, CancellationToken cancellation) =>
        await RunAsync(
            connection => connection.ExecuteAsync(
                "DELETE FROM chunk WHERE build = @build AND generation < @generation", new { build = build.Id, generation }),
            cancellation);

    public Task<long> CountAsync(BuildKey build, int generation, DateOnly indexDay, CancellationToken cancellation) => RunAsync(
        connection => connection.ExecuteScalarAsync<long>(
            "SELECT coalesce(sum(entries), 0) FROM chunk WHERE build = @build AND generation = @generation",
            new { build = build.Id, generation }),
        cancellation);

    public Task PutReceiptAsync(Receipt receipt, CancellationToken cancellation) => Task.CompletedTask;

    /// <summary>What is held, log by log.</summary>
    public async Task<Dictionary<LogName, LogDigest>> HeldAsync(CancellationToken cancellation)
    {
        var held = new Dictionary<LogName, LogDigest>();
        await using var connection = await source.OpenConnectionAsync(cancellation);
        var rows = connection.QueryUnbufferedAsync<(string Build, string File, long Line, int Part, byte[] Flags, byte[] Body)>(
            "SELECT build, file, first_line, first_part, flags, body FROM chunk");
        await foreach (var row in rows)
        {
            var name = new LogName(row.Build, row.File);
            held[name] = Add(held.GetValueOrDefault(name), row.Line, row.Part, row.Flags, row.Body);
        }

        return held;
    }

    public ValueTask DisposeAsync() => source.DisposeAsync();

    private static LogDigest Add(LogDigest digest, long line, int part, byte[] flags, byte[] body)
    {
        var at = 0;
        for (var entry = 0; entry < flags.Length; entry++)
        {
            if (entry > 0)
            {
                (line, part) = (flags[entry] & Chunk.ContinuesLine) != 0 ? (line, part + 1) : (line + 1, 0);
            }

            var length = body.AsSpan(at).IndexOf((byte)'\n');
            digest = digest.With(line, part, body.AsSpan(at, length));
            at += length + 1;
        }

        return digest;
    }

    private async Task<List<ChunkOutcome>> WriteAsync(List<Chunk> batch, CancellationToken cancellation)
    {
        Interlocked.Exchange(ref hurry, new(TaskCreationOptions.RunContinuationsAsynchronously));
        try
        {
            return await RunAsync(
                async connection =>
                {
                    var outcomes = new List<ChunkOutcome>(batch.Count);
                    await using var transaction = await connection.BeginTransactionAsync(cancellation);
                    foreach (var chunk in batch)
                    {
                        outcomes.Add(await WriteAsync(connection, chunk));
                    }

                    await transaction.CommitAsync(cancellation);
                    return outcomes;
                },
                cancellation);
        }
        finally
        {
            batch.ForEach(chunk => chunk.Dispose());
            batch.Clear();
        }
    }

    private static async Task<ChunkOutcome> WriteAsync(NpgsqlConnection connection, Chunk chunk)
    {
        var hash = chunk.Hash.ToString();
        var held = await connection.QuerySingleAsync<(string Hash, int Writes)>(
            """
            INSERT INTO chunk(build, file, generation, ordinal, first_line, first_part, hash, entries, flags, body)
            VALUES (@Id, @File, @Generation, @Ordinal, @FirstLine, @FirstPart, @hash, @Count, @flags, @body)
            ON CONFLICT (build, file, generation, ordinal) DO UPDATE SET writes = chunk.writes + 1
            RETURNING hash, writes
            """,
            new
            {
                chunk.Log.Build.Key.Id,
                chunk.Log.File,
                chunk.Log.Generation,
                chunk.Ordinal,
                chunk.FirstLine,
                chunk.FirstPart,
                hash,
                chunk.Count,
                flags = chunk.Flags.ToArray(),
                body = chunk.Text.ToArray(),
            });
        var result = held.Hash != hash ? ChunkResult.Conflict : held.Writes == 1 ? ChunkResult.Stored : ChunkResult.Held;
        return new(chunk.Id, result);
    }

    private async Task<T> RunAsync<T>(Func<NpgsqlConnection, Task<T>> run, CancellationToken cancellation)
    {
        try
        {
            await using var connection = await source.OpenConnectionAsync(cancellation);
            return await run(connection);
        }
        catch (NpgsqlException e)
        {
            throw new IndexUnavailableException($"PostgreSQL: {e.Message}", e);
        }
    }
}
