using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Granary.Cluster;

/// <summary>This silo's shares of what the hosts of CIs take at once.</summary>
public sealed class HostLimits(IGrainFactory grains, ILocalSiloDetails silo, TimeProvider time, ILogger<HostLimits> log)
{
    private readonly ConcurrentDictionary<string, HostShare> shares = new(StringComparer.OrdinalIgnoreCase);

    /// <inheritdoc cref="Granary.Cluster.EnterHost"/>
    public ValueTask<IDisposable> EnterAsync(string host, int limit, CancellationToken cancellation) =>
        shares.GetOrAdd(host, Open).EnterAsync(limit, cancellation);

    private HostShare Open(string host)
    {
        var (grain, name) = (grains.GetGrain<IHostLimitGrain>(host.ToLowerInvariant()), silo.SiloAddress.ToString());
        return new(host, demand => grain.RenewAsync(name, demand), time, log);
    }
}
