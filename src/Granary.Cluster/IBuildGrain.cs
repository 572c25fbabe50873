using Orleans.Concurrency;

namespace Granary.Cluster;

/// <summary>The reader of one build, see <see cref="BuildGrainKey"/>. It stores nothing: the lease and the row are in the database.</summary>
public interface IBuildGrain : IGrainWithStringKey
{
    /// <summary>Starts to read under a lease; returns at once. The source's grain is told when it has ended.</summary>
    /// <returns>False where this silo is stopping: the lease is to be given to another.</returns>
    Task<bool> StartAsync(BuildStart start);

    /// <summary>Tells what became of chunks that were read under the lease of an epoch.</summary>
    [AlwaysInterleave]
    [OneWay]
    Task AcknowledgeAsync(long epoch, Acknowledgement[] outcomes);
}
