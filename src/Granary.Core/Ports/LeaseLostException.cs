using Granary.Core.Model;

namespace Granary.Core.Ports;

/// <summary>The build was handed to another reader meanwhile, or is done with: stop, write nothing more.</summary>
public sealed class LeaseLostException(BuildLease lease)
    : Exception($"the lease {lease.Epoch} of {lease.Build} is not the last one")
{
    public BuildLease Lease { get; } = lease;
}
