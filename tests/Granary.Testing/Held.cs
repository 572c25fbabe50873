using Granary.Core.Ports;
using Granary.Core.Queries;
using Granary.Core.Search;

namespace Granary.Testing;

/// <summary>What an index really answers, log by log.</summary>
public static class Held
{
    /// <summary>The digests of everything that the query for every line finds.</summary>
    /// <exception cref="InvalidDataException">The index reports damage.</exception>
    public static async Task<Dictionary<LogName, LogDigest>> OfAsync(ILineSearch search, CancellationToken cancellation = default)
    {
        var held = new Dictionary<LogName, LogDigest>();
        await foreach (var found in search.SearchAsync(new() { Query = new AllNode(), Limit = 0 }, cancellation))
        {
            if (found is IndexDamage damage)
            {
                throw new InvalidDataException($"{damage.Where}: {damage.Reason}");
            }

            if (found is LineHit hit)
            {
                var name = new LogName(hit.Build.Key.Id, hit.Line.File);
                held[name] = held.GetValueOrDefault(name).With(hit.Line.Number, hit.Line.Part, hit.Line.Text.Span);
            }
        }

        return held;
    }
}
