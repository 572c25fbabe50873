namespace Granary.Cluster;

/// <summary>One in the cluster (key 0): sees to it that every configured source has its grain.</summary>
public interface ISourcesGrain : IGrainWithIntegerKey
{
    /// <summary>Makes sure that it is at work. Returns at once.</summary>
    Task EnsureAsync();
}
