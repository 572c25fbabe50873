using Granary.Core.Masking;
using Granary.Core.Model;
using Granary.Core.Ports;
using Granary.Core.Streams;

namespace Granary.Cluster;

/// <summary>What the silo works with; the composition root chooses the implementations. All may be shared by many processes.</summary>
public sealed record ClusterParts
{
    public required IStateStore State { get; init; }

    public required IBuildLeases Leases { get; init; }

    public required IIndexWriter Index { get; init; }

    /// <summary>Makes the reader of a source, which waits for a permit of the whole cluster before each request.</summary>
    public required Func<SourceDefinition, EnterHost, ICiSource> Open { get; init; }

    /// <summary>Makes the masking of a source.</summary>
    public required Func<SourceDefinition, Masker> MaskerOf { get; init; }

    /// <summary>Stands around the sending of every chunk: for measurements, and for tests of a transport that loses some.</summary>
    public Func<ChunkParcel, Func<Task>, Task> AroundSending { get; init; } = (_, send) => send();
}
