using Granary.Core.Model;

namespace Granary.Core.Ports;

/// <summary>
/// Hands pending builds to the readers of many machines. Leases run on the store's clock, not on theirs, and writes are fenced
/// by the lease's epoch: a reader that was thought dead cannot undo what its successor did.
/// </summary>
public interface IBuildLeases
{
    /// <summary>
    /// Leases pending builds that are due and not leased, newest finish first, as long as the source has fewer than
    /// <paramref name="bound"/> running leases. A build that was leased before comes with <see cref="PendingBuild.ReadBefore"/>.
    /// </summary>
    Task<IReadOnlyList<LeasedBuild>> LeaseAsync(
        string source, DateTimeOffset now, int bound, TimeSpan duration, CancellationToken cancellation);

    /// <summary>Prolongs a lease to <paramref name="duration"/> from now.</summary>
    /// <returns>False where a later lease was given, or the build is not pending any more.</returns>
    Task<bool> RenewAsync(BuildLease lease, TimeSpan duration, CancellationToken cancellation);

    /// <summary>Ends a lease before its time; nothing where it is not the last.</summary>
    Task ReleaseAsync(BuildLease lease, CancellationToken cancellation);

    /// <summary>
    /// The store as the lease's holder sees it: <see cref="IStateStore.SavePendingAsync"/> and
    /// <see cref="IStateStore.CompleteAsync"/> throw <see cref="LeaseLostException"/> where the lease is not the last.
    /// Disposing of it does nothing.
    /// </summary>
    IStateStore Under(BuildLease lease);
}
