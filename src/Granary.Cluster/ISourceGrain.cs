using Orleans.Concurrency;

namespace Granary.Cluster;

/// <summary>The owner of one source's pagination state; the key is the source's id.</summary>
public interface ISourceGrain : IGrainWithStringKey
{
    /// <summary>Makes sure that the source is polled, and will be after any crash. Returns at once.</summary>
    Task FollowAsync();

    /// <summary>Told by itself: a walk over the CI's pages has ended.</summary>
    Task WalkedAsync(bool whole, string? error);

    /// <summary>Told by a build's reader: the build's lease has ended, in whatever way. Where this is lost, it is found out by looking.</summary>
    [AlwaysInterleave]
    [OneWay]
    Task BuildEndedAsync();
}
