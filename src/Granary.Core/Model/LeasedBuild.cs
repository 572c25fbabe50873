namespace Granary.Core.Model;

/// <summary>A pending build that was handed to a reader.</summary>
public sealed record LeasedBuild(BuildLease Lease, PendingBuild Pending);
