using Granary.Core.Model;
using Granary.Core.Ports;

namespace Granary.Core.Streams;

/// <summary>
/// Takes half-read builds of removed sources out of the index, in rounds: no receipt tells of their lines. What an earlier reading left
/// stays, with its receipt. The order of effects: lines gone, build forgotten; a crash between them has the lines deleted again.
/// </summary>
/// <param name="state">Has the builds.</param>
/// <param name="index">Has the lines.</param>
/// <param name="settle">Waits until nothing that an ended reading left is on its way to the index.</param>
/// <param name="tell">Told why a round leaves builds behind: once, until a round ends well or for another reason.</param>
public sealed class OrphanedBuilds(IStateStore state, IIndexWriter index, Func<CancellationToken, Task> settle, Action<string> tell)
{
    private const int AtOnce = 100;

    private readonly HashSet<BuildKey> left = [];
    private bool unavailable;
    private string? told;

    /// <summary>Why the round left the first of those builds that it leaves behind; null where it leaves none.</summary>
    public string? Failure { get; private set; }

    /// <summary>What the round has to do next; nothing at its end.</summary>
    /// <param name="followed">Sources that are still being read, though they may be removed already.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<IReadOnlyList<PendingBuild>> ReadAsync(IReadOnlySet<string> followed, CancellationToken cancellation)
    {
        try
        {
            var orphans = unavailable ? [] : await state.ReadOrphansAsync(followed, AtOnce + left.Count, cancellation);
            return [.. orphans.Where(orphan => !left.Contains(orphan.Build.Key)).Take(AtOnce)];
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            End(e.Message);
            return [];
        }
    }

    /// <summary>Deletes and forgets them. One that cannot be, for whatever reason, holds up no other; an outage ends the round.</summary>
    public async Task SweepAsync(IReadOnlyList<PendingBuild> orphans, CancellationToken cancellation)
    {
        try
        {
            await settle(cancellation);
            foreach (var orphan in orphans)
            {
                await TryForgetAsync(orphan, cancellation);
            }
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            End(e.Message);
        }
    }

    /// <summary>Begins the next round, which tries all again.</summary>
    public void Renew()
    {
        told = Failure;
        (Failure, unavailable) = (null, false);
        left.Clear();
    }

    private async Task TryForgetAsync(PendingBuild orphan, CancellationToken cancellation)
    {
        try
        {
            await ForgetAsync(orphan, cancellation);
        }
        catch (Exception e) when (e is not (IndexUnavailableException or StateUnavailableException) && !cancellation.IsCancellationRequested)
        {
            left.Add(orphan.Build.Key);
            Fail($"{orphan.Build.Key}: {e.Message}");
        }
    }

    private void End(string reason)
    {
        unavailable = true;
        Fail(reason);
    }

    private void Fail(string reason)
    {
        if (Failure is null && reason != told)
        {
            tell(reason);
        }

        Failure ??= reason;
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
