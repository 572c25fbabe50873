namespace Granary.Cluster;

/// <summary>Shares out the requests that one host of a CI may have at once among the silos; the key is the host's name.</summary>
public interface IHostLimitGrain : IGrainWithStringKey
{
    /// <summary>Tells what a silo needs and has, and gets what it may use for <see cref="HostShare.Lease"/> from now.</summary>
    Task<int> RenewAsync(string silo, HostDemand demand);
}
