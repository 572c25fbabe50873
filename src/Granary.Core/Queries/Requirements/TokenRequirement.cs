namespace Granary.Core.Queries.Requirements;

/// <summary>The token is there, whole.</summary>
/// <param name="Token">Folded UTF-8.</param>
public sealed record TokenRequirement(ReadOnlyMemory<byte> Token) : Requirement;
