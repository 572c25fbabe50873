namespace Granary.Core.Queries.Requirements;

/// <summary>The two tokens stand one directly after the other in a line.</summary>
/// <param name="First">Folded UTF-8.</param>
/// <param name="Second">Folded UTF-8.</param>
public sealed record TokenPairRequirement(ReadOnlyMemory<byte> First, ReadOnlyMemory<byte> Second) : Requirement;
