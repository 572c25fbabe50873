using Granary.Core.Chunks;
using Granary.Core.Model;
using Granary.Core.Ports;

namespace Granary.Testing;

/// <summary>An index in memory that keeps the port's promises; for tests of what stands before an index.</summary>
public sealed class MemoryIndex : IIndexWriter
{
    private readonly Lock gate = new();
    private readonly Dictionary<ChunkId, Stored> chunks = [];

    /// <summary>While it gives a message, nothing can be written.</summary>
    public Func<string?> Outage { get; set; } = () => null;

    /// <summary>Called for each chunk before it is stored.</summary>
    public Action<Chunk> BeforeStoring { get; set; } = _ => { };

    /// <summary>Waited for before chunks of a build are deleted; may throw.</summary>
    public Func<BuildKey, Task> UntilDeleting { get; set; } = _ => Task.CompletedTask;

    /// <summary>Chunks that were offered again with the content that is held.</summary>
    public int HeldAgain { get; private set; }

    /// <summary>The digests of all entries.</summary>
    public Dictionary<LogName, LogDigest> Digests()
    {
        lock (gate)
        {
            return chunks.Values
                .GroupBy(chunk => new LogName(chunk.Log.Build.Key.Id, chunk.Log.File))
                .ToDictionary(group => group.Key, group => group.Aggregate(default(LogDigest), (digest, chunk) => chunk.AddTo(digest)));
        }
    }

    public async IAsyncEnumerable<ChunkOutcome> WriteAsync(
        IAsyncEnumerable<Chunk> input, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var chunk in input.WithCancellation(cancellation))
        {
            using (chunk)
            {
                if (Outage() is { } outage)
                {
                    throw new IndexUnavailableException(outage);
                }

                BeforeStoring(chunk);
                yield return Store(chunk);
            }
        }
    }

    public void Hurry()
    {
    }

    public Task DeleteOlderGenerationsAsync(BuildKey build, int generation, DateOnly indexDay, CancellationToken cancellation) =>
        DeleteGenerationsAsync(build, 0, generation - 1, indexDay, cancellation);

    public async Task DeleteGenerationsAsync(BuildKey build, int first, int last, DateOnly indexDay, CancellationToken cancellation)
    {
        await UntilDeleting(build);
        lock (gate)
        {
            foreach (var (id, _) in chunks.Where(pair => pair.Value.Log.Build.Key == build
                && pair.Value.Log.Generation >= first && pair.Value.Log.Generation <= last).ToList())
            {
                chunks.Remove(id);
            }
        }
    }

    public Task<long> CountAsync(BuildKey build, int generation, DateOnly indexDay, CancellationToken cancellation)
    {
        lock (gate)
        {
            return Task.FromResult(chunks.Values
                .Where(chunk => chunk.Log.Build.Key == build && chunk.Log.Generation == generation)
                .Sum(chunk => (long)chunk.Entries.Count));
        }
    }

    public Task PutReceiptAsync(Receipt receipt, CancellationToken cancellation) => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private ChunkOutcome Store(Chunk chunk)
    {
        lock (gate)
        {
            if (chunks.TryGetValue(chunk.Id, out var held))
            {
                HeldAgain++;
                return new(chunk.Id, held.Hash == chunk.Hash ? ChunkResult.Held : ChunkResult.Conflict);
            }

            chunks.Add(chunk.Id, Stored.Of(chunk));
            return new(chunk.Id, ChunkResult.Stored);
        }
    }

    private sealed record Stored(LogIdentity Log, ContentHash Hash, List<(long Line, int Part, byte[] Text)> Entries)
    {
        public static Stored Of(Chunk chunk)
        {
            var entries = new List<(long, int, byte[])>();
            var (line, part, start) = (chunk.FirstLine, chunk.FirstPart, 0);
            for (var i = 0; i < chunk.Count; i++)
            {
                if (i > 0)
                {
                    var continues = (chunk.Flags[i] & Chunk.ContinuesLine) != 0;
                    (line, part) = continues ? (line, part + 1) : (line + 1, 0);
                }

                entries.Add((line, part, chunk.Text[start..chunk.Ends[i]].ToArray()));
                start = chunk.Ends[i] + 1;
            }

            return new(chunk.Log, chunk.Hash, entries);
        }

        public LogDigest AddTo(LogDigest digest) =>
            Entries.Aggregate(digest, (sum, entry) => sum.With(entry.Line, entry.Part, entry.Text));
    }
}
