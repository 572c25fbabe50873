using Granary.Core.Model;
using Granary.Core.Ports;

namespace Granary.Core.Streams;

/// <summary>
/// Takes half-read builds of removed sources out of the index: no receipt tells of their lines. What an earlier reading left stays,
/// with its receipt. The order of effects: lines gone, build forgotten; a crash between them has the lines deleted again.
/// </summary>
public sealed class OrphanedBuilds(IStateStore state, IIndexWriter index)
{
    private const int AtOnce = 100;

    /// <summary>Goes through all there are now.</summary>
    /// <param name="followed">Sources that are still being read, though they may be removed already.</param>
    /// <param name="settle">Waits until nothing that an ended reading left is on its way to the index.</param>
    /// <param name="cancellation">Ends it between two builds.</param>
    /// <exception cref="IndexUnavailableException">The index can delete nothing now; the rest waits for the next time.</exception>
    public async Task SweepAsync(IReadOnlySet<string> followed, Func<CancellationToken, Task> settle, CancellationToken cancellation)
    {
        while (await state.ReadOrphansAsync(followed, AtOnce, cancellation) is { Count: > 0 } orphans)
        {
            await settle(cancellation);
            foreach (var orphan in orphans)
            {
                await ForgetAsync(orphan, cancellation);
            }
        }
    }

    private async Task ForgetAsync(PendingBuild orphan, CancellationToken cancellation)
    {
        var key = orphan.Build.Key;
        var earlier = await EarlierReadings.FindAsync(orphan, state, index, cancellation);
        await index.DeleteGenerationsAsync(key, (earlier?.Generation ?? 0) + 1, orphan.Generation, orphan.IndexDay, cancellation);
        if (earlier is not null && ReferenceEquals(earlier, orphan.Held))
        {
            // It was read wholly, and its turn to replace what is older had come.
            await index.DeleteOlderGenerationsAsync(key, earlier.Generation, orphan.IndexDay, cancellation);
            await index.PutReceiptAsync(earlier, cancellation);
            await state.CompleteAsync(earlier, cancellation);
        }

        await state.ForgetOrphanAsync(orphan, cancellation);
    }
}
