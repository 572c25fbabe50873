namespace Granary.Cluster;

/// <inheritdoc cref="IHostLimitGrain"/>
/// <remarks>
/// It stores nothing: who holds permits says so every <see cref="HostShare.Interval"/>. So a new activation confirms what is held for a little
/// longer than that before it gives out more, and a silo that has died is forgotten after <see cref="HostShare.Lease"/>.
/// </remarks>
[Orleans.Placement.Immovable]
public sealed class HostLimitGrain(TimeProvider time) : Grain, IHostLimitGrain
{
    private readonly Dictionary<string, Holder> holders = [];
    private readonly long activated = time.GetTimestamp();

    /// <inheritdoc/>
    public Task<int> RenewAsync(string silo, HostDemand demand)
    {
        foreach (var gone in holders.Where(one => time.GetElapsedTime(one.Value.At) > HostShare.Lease).Select(one => one.Key).ToList())
        {
            holders.Remove(gone);
        }

        holders.Remove(silo);
        if (demand.Wanted == 0)
        {
            return Task.FromResult(0);
        }

        var limit = holders.Values.Select(holder => holder.Demand.Limit).Append(demand.Limit).Min();
        var granted = Math.Max(0, Math.Min(MostFor(demand, limit), limit - holders.Values.Sum(holder => holder.Held)));

        // Requests under way cannot be called back: they count until they have ended.
        holders[silo] = new(demand, Math.Max(granted, demand.Running), time.GetTimestamp());
        return Task.FromResult(granted);
    }

    /// <summary>All but what the others want of their even shares; where there are too few for all, one each, in turns.</summary>
    private int MostFor(HostDemand demand, int limit)
    {
        if (time.GetElapsedTime(activated) < HostShare.Interval * 1.5)
        {
            return demand.Granted;
        }

        var fair = limit / (holders.Count + 1);
        return fair > 0 ? limit - holders.Values.Sum(holder => Math.Max(holder.Held, Math.Min(holder.Demand.Wanted, fair)))
            : demand.Granted > 0 && holders.Values.Any(holder => holder.Held == 0) ? 0 : 1;
    }

    private readonly record struct Holder(HostDemand Demand, int Held, long At);
}
