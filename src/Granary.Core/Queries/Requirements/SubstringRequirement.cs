namespace Granary.Core.Queries.Requirements;

/// <summary>The folded text holds these bytes.</summary>
/// <param name="Literal">Folded UTF-8, at least one byte.</param>
public sealed record SubstringRequirement(ReadOnlyMemory<byte> Literal) : Requirement;
