using System.Collections.Concurrent;
using System.Text.Json;
using Granary.Core.Ports;
using Granary.Elastic.Http;

namespace Granary.Elastic.Writing;

/// <summary>
/// Makes indices before the first write, and looks whether they have our fields: in one that was made without our templates, lines would
/// be stored and not be found.
/// </summary>
internal sealed class OwnIndices(ElasticClient client)
{
    private readonly ConcurrentDictionary<string, bool> ours = new();

    /// <summary>Returns once the index is there. Asks the engine once for each.</summary>
    /// <exception cref="IndexUnavailableException">Somebody else made it, or it cannot be made now.</exception>
    internal async Task EnsureAsync(string index, CancellationToken cancellation)
    {
        if (ours.ContainsKey(index))
        {
            return;
        }

        if (await IsOursAsync(index, cancellation).ConfigureAwait(false) is not { } isOurs)
        {
            await MakeAsync(index, cancellation).ConfigureAwait(false);
            isOurs = await IsOursAsync(index, cancellation).ConfigureAwait(false) ?? false;
        }

        ours[index] = isOurs ? isOurs : throw new IndexUnavailableException(
            $"the index {index} was not made by Granary's templates, so its lines would not be found: delete it, or give another Index:Prefix");
    }

    /// <summary>Whether the index has our mapping; null where there is none.</summary>
    private async Task<bool?> IsOursAsync(string index, CancellationToken cancellation)
    {
        using var answer = await client.FindAsync($"{index}/_mapping", $"read the mapping of {index}", cancellation).ConfigureAwait(false);
        return answer is null ? null : answer.RootElement.EnumerateObject().All(one =>
            one.Value.GetProperty("mappings").TryGetProperty("_meta", out var meta) && meta.ValueKind == JsonValueKind.Object && meta.TryGetProperty("granary", out _));
    }

    private async Task MakeAsync(string index, CancellationToken cancellation)
    {
        try
        {
            using var made = await client.JsonAsync(HttpMethod.Put, index, null, $"make the index {index}", cancellation, client.Options.LongTimeout).ConfigureAwait(false);
        }
        catch (ElasticException exception) when (exception.Type == "resource_already_exists_exception")
        {
            // Another process was faster.
        }
        catch (ElasticException exception)
        {
            // Nothing of the lines is wrong: it can be made once somebody has acted.
            throw new IndexUnavailableException(exception.Message, exception);
        }
    }
}
