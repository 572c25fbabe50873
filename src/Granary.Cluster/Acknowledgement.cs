using Granary.Core.Chunks;

namespace Granary.Cluster;

/// <summary>A chunk's outcome on its way to the chunk's sender.</summary>
[GenerateSerializer, Immutable]
public readonly record struct Acknowledgement(
    [property: Id(0)] uint LogHigh, [property: Id(1)] ulong LogLow, [property: Id(2)] int Ordinal,
    [property: Id(3)] byte Result, [property: Id(4)] int Refused, [property: Id(5)] string? Reason)
{
    public static Acknowledgement Of(ChunkOutcome outcome) => new(
        outcome.Id.Log.High, outcome.Id.Log.Low, outcome.Id.Ordinal, (byte)outcome.Result, outcome.Refused, outcome.Reason);

    public ChunkOutcome ToOutcome() => new(new(new(LogHigh, LogLow), Ordinal), (ChunkResult)Result, Refused, Reason);
}
