using System.Runtime.CompilerServices;
using Granary.Core.Chunks;
using Granary.Core.Model;
using Granary.Core.Ports;

namespace Granary.CrashTests.Child;

/// <summary>
/// An index with a kill point before and after each call, each chunk that is handed over and each outcome. To die before an
/// outcome is passed on is to lose the answer of a write that was applied.
/// </summary>
internal sealed class KillingIndex(IIndexWriter inner, KillSwitch kill) : IIndexWriter
{
    public async IAsyncEnumerable<ChunkOutcome> WriteAsync(
        IAsyncEnumerable<Chunk> chunks, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var outcome in inner.WriteAsync(HandOverAsync(chunks, cancellation), cancellation))
        {
            kill.Pass(KillPoints.Before("index.outcome"));
            yield return outcome;
            kill.Pass(KillPoints.After("index.outcome"));
        }
    }

    public void Hurry() => inner.Hurry();

    public Task DeleteOlderGenerationsAsync(BuildKey build, int generation, DateOnly indexDay, CancellationToken cancellation) =>
        kill.AroundAsync("index.delete", () => inner.DeleteOlderGenerationsAsync(build, generation, indexDay, cancellation));

    public Task DeleteGenerationsAsync(BuildKey build, int first, int last, DateOnly indexDay, CancellationToken cancellation) =>
        kill.AroundAsync("index.delete", () => inner.DeleteGenerationsAsync(build, first, last, indexDay, cancellation));

    public Task<long> CountAsync(BuildKey build, int generation, DateOnly indexDay, CancellationToken cancellation) =>
        kill.AroundAsync("index.count", () => inner.CountAsync(build, generation, indexDay, cancellation));

    public Task PutReceiptAsync(Receipt receipt, CancellationToken cancellation) =>
        kill.AroundAsync("index.receipt", () => inner.PutReceiptAsync(receipt, cancellation));

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private async IAsyncEnumerable<Chunk> HandOverAsync(
        IAsyncEnumerable<Chunk> chunks, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var chunk in chunks.WithCancellation(cancellation))
        {
            kill.Pass(KillPoints.Before("index.chunk"));
            yield return chunk;
            kill.Pass(KillPoints.After("index.chunk"));
        }
    }
}
