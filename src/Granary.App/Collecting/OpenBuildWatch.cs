using Granary.Core.Cursors;
using Granary.Core.Model;
using Granary.Core.Ports;

namespace Granary.App.Collecting;

/// <summary>
/// Looks again at the builds of a source that were seen running. Builds are looked at many together, those of a look that failed one
/// by one from then on. One whose look-up fails alone holds up no other; it is given up only long after its expiry: what the CI did
/// not say is not taken for an answer.
/// </summary>
internal sealed class OpenBuildWatch(SourceDefinition definition, ICiSource source, IStateStore state, TimeProvider time)
{
    /// <summary>Looked at again in one poll; the longest unseen first.</summary>
    private const int MostInPoll = 1000;

    private const int Together = 50;

    // Each has been tried several times by then: a CI that answers to nothing is left until the next poll.
    private const int MostFailures = 3;

    // A collector that was away for long has not failed yet: a build is given up after so many looks of this run.
    private const int LooksBeforeGivingUp = 5;

    /// <summary>How long after its expiry a build that cannot be looked at is kept.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromDays(7);

    /// <summary>Builds that are looked at one by one, and how often that failed.</summary>
    private readonly Dictionary<BuildKey, int> alone = [];

    /// <summary>One look at what is open; <paramref name="take"/> is given what the CI says of it.</summary>
    /// <returns>Why builds could not be looked at; null where all could.</returns>
    public async Task<string?> LookAsync(Func<IReadOnlyList<Build>, Task> take, CancellationToken cancellation)
    {
        var open = await state.ReadOpenAsync(definition.Id, MostInPoll, cancellation);
        foreach (var gone in alone.Keys.Except(open.Select(row => row.Build.Key)).ToList())
        {
            alone.Remove(gone);
        }

        string? error = null;
        var failures = 0;
        foreach (var rows in Groups(open))
        {
            var (seen, failure) = await ReadAsync(rows, cancellation);
            if (failure is not null)
            {
                error = failure;
                await NoteFailureAsync(rows, failure, cancellation);
                if (++failures == MostFailures)
                {
                    break;
                }

                continue;
            }

            if (seen.Count > 0)
            {
                await take(seen);
            }

            var named = seen.Select(build => build.Key).ToHashSet();
            var keys = rows.Select(row => row.Build.Key).ToLookup(named.Contains);
            await state.NoteOpenAsync(definition.Id, [.. keys[true]], time.GetUtcNow(), cancellation);
            await state.NoteUnknownAsync(definition.Id, [.. keys[false]], time.GetUtcNow(), cancellation);
        }

        return error;
    }

    private List<OpenBuild[]> Groups(IReadOnlyList<OpenBuild> open) => open
        .GroupBy(row => alone.ContainsKey(row.Build.Key))
        .SelectMany(group => group.Chunk(group.Key ? 1 : Together))
        .ToList();

    private async Task<(IReadOnlyList<Build> Seen, string? Failure)> ReadAsync(OpenBuild[] rows, CancellationToken cancellation)
    {
        try
        {
            var seen = await source.ReadBuildsAsync([.. rows.Select(row => row.Build)], cancellation);
            foreach (var row in rows)
            {
                alone.Remove(row.Build.Key);
            }

            return (seen, null);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            return ([], e.Message);
        }
    }

    private async Task NoteFailureAsync(OpenBuild[] rows, string failure, CancellationToken cancellation)
    {
        foreach (var row in rows)
        {
            alone[row.Build.Key] = alone.GetValueOrDefault(row.Build.Key) + 1;
        }

        if (rows.Length == 1)
        {
            var (row, now) = (rows[0], time.GetUtcNow());
            var isLost = now - row.ExpiresAt > Patience && alone[row.Build.Key] >= LooksBeforeGivingUp;
            await state.NoteUnseenAsync(definition.Id, row.Build.Key, now, isLost ? failure : null, cancellation);
        }
    }
}
