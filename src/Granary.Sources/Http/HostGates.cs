using System.Collections.Concurrent;

namespace Granary.Sources.Http;

/// <summary>
/// The gates of hosts, shared by all sources that are given the same: so many requests at once at a host, whichever tenants of it are
/// collected, and all of them rest when it asks for a rest. The source that asks for a host first says how many.
/// </summary>
public sealed class HostGates
{
    private readonly ConcurrentDictionary<string, HttpGate> gates = new(StringComparer.OrdinalIgnoreCase);

    internal HttpGate Of(string host, int limit, TimeProvider time) =>
        gates.GetOrAdd(host, static (_, made) => new(made.limit, made.time), (limit, time));
}
