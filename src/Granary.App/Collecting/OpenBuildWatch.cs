using Granary.Core.Cursors;
using Granary.Core.Model;
using Granary.Core.Ports;

namespace Granary.App.Collecting;

/// <summary>
/// Looks again at the builds of a source that were seen running. One whose look-up fails for good holds up no other and expires as
/// any: builds are looked at many together, those of a look that failed one by one from then on.
/// </summary>
internal sealed class OpenBuildWatch(SourceDefinition definition, ICiSource source, IStateStore state, TimeProvider time)
{
    /// <summary>Looked at again in one poll; the longest unseen first.</summary>
    private const int MostInPoll = 1000;

    private const int Together = 50;

    // Each has been tried several times by then: a CI that answers to nothing is left until the next poll.
    private const int MostFailures = 3;

    private readonly HashSet<BuildKey> alone = [];

    /// <summary>One look at what is open; <paramref name="take"/> is given what the CI says of it.</summary>
    /// <returns>Why builds could not be looked at; null where all could.</returns>
    public async Task<string?> LookAsync(Func<IReadOnlyList<Build>, Task> take, CancellationToken cancellation)
    {
        var open = await state.ReadOpenAsync(definition.Id, MostInPoll, cancellation);
        alone.IntersectWith(open.Select(row => row.Build.Key));
        string? error = null;
        var failures = 0;
        foreach (var builds in Groups(open))
        {
            var (seen, failure) = await ReadAsync(builds, cancellation);
            error = failure ?? error;
            if (seen is { Count: > 0 })
            {
                await take(seen);
            }

            if (failure is null || builds.Length == 1)
            {
                await state.NoteOpenAsync(definition.Id, [.. builds.Select(build => build.Key)], time.GetUtcNow(), cancellation);
            }

            failures += failure is null ? 0 : 1;
            if (failures == MostFailures)
            {
                break;
            }
        }

        return error;
    }

    private List<Build[]> Groups(IReadOnlyList<OpenBuild> open) => open
        .Select(row => row.Build)
        .GroupBy(build => alone.Contains(build.Key))
        .SelectMany(group => group.Chunk(group.Key ? 1 : Together))
        .ToList();

    private async Task<(IReadOnlyList<Build>? Seen, string? Failure)> ReadAsync(Build[] builds, CancellationToken cancellation)
    {
        var keys = builds.Select(build => build.Key);
        try
        {
            var seen = await source.ReadBuildsAsync(builds, cancellation);
            alone.ExceptWith(keys);
            return (seen, null);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            alone.UnionWith(keys);
            return (null, e.Message);
        }
    }
}
