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
    private readonly NpgsqlDataSource source;
    private readonly ChunkBatches batches = new();

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
        await foreach (var batch in batches.ReadAsync(chunks, cancellation))
        {
            foreach (var outcome in await WriteAsync(batch, cancellation))
            {
                yield return outcome;
            }
        }
    }

    public void Hurry() => batches.Hurry();

    public async Task DeleteOlderGenerationsAsync(BuildKey build, int generation, DateOnly indexDay, CancellationToken cancellation) =>
        await RunAsync(
            connection => connection.ExecuteAsync(
                "DELETE FROM chunk WHERE build = @build AND generation < @generation", new { build = build.Id, generation }),
            cancellation);

    public async Task DeleteGenerationsAsync(BuildKey build, int first, int last, DateOnly indexDay, CancellationToken cancellation) =>
        await RunAsync(
            connection => connection.ExecuteAsync(
                "DELETE FROM chunk WHERE build = @build AND generation BETWEEN @first AND @last", new { build = build.Id, first, last }),
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
