using System.Collections.Concurrent;
using Granary.Elastic.Http;

namespace Granary.Elastic.Writing;

/// <summary>
/// Refreshes indices for many that ask at once: whoever asks while a refresh is under way shares the next one, as each makes a segment of
/// its own for the engine to merge.
/// </summary>
internal sealed class Refreshes(ElasticClient client)
{
    private readonly ConcurrentDictionary<string, Turns> indices = new();

    /// <summary>Returns once a refresh that began after this call is done; nothing where there is no such index.</summary>
    internal Task RefreshAsync(string index, CancellationToken cancellation) =>
        indices.GetOrAdd(index, name => new Turns(() => AskAsync(name))).NextAsync().WaitAsync(cancellation);

    private async Task AskAsync(string index)
    {
        using var answer = await client.JsonAsync(HttpMethod.Post, $"{index}/_refresh?ignore_unavailable=true", null,
            "refresh an index", CancellationToken.None, client.Options.LongTimeout).ConfigureAwait(false);
    }

    /// <summary>One at a time, and at most one that waits.</summary>
    private sealed class Turns(Func<Task> ask)
    {
        private readonly Lock gate = new();
        private Task current = Task.CompletedTask;
        private Task? next;

        internal Task NextAsync()
        {
            lock (gate)
            {
                return next ??= AfterAsync(current);
            }
        }

        private async Task AfterAsync(Task before)
        {
            await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
            lock (gate)
            {
                current = next!;
                next = null;
            }

            await ask().ConfigureAwait(false);
        }
    }
}
