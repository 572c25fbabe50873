using Granary.Core.Capacity;

namespace Granary.Core.Streams;

/// <summary>The meters of the stages that reading a build passes through.</summary>
/// <param name="Fetch">Waiting for the CI's bytes.</param>
/// <param name="Normalise">Turning bytes into chunks.</param>
public sealed record IngestMeters(StageMeter Fetch, StageMeter Normalise)
{
    /// <summary>Meters that nobody reads.</summary>
    public static IngestMeters Unwatched(TimeProvider time) => new(new("fetch", 1, time), new("normalise", 1, time));
}
