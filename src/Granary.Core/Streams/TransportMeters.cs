using Granary.Core.Capacity;

namespace Granary.Core.Streams;

/// <summary>The meters of the stages between reading and writing where a transport lies between them.</summary>
/// <param name="Compress">Packing chunks.</param>
/// <param name="Stream">Handing them to the transport.</param>
public sealed record TransportMeters(StageMeter Compress, StageMeter Stream)
{
    /// <summary>Meters that nobody reads.</summary>
    public static TransportMeters Unwatched(TimeProvider time) => new(new("compress", 1, time), new("stream", 1, time));
}
