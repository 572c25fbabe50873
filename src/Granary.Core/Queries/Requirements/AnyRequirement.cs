namespace Granary.Core.Queries.Requirements;

/// <summary>At least one of them. At least two, none of them an <see cref="AnyLineRequirement"/>.</summary>
public sealed record AnyRequirement(IReadOnlyList<Requirement> Operands) : Requirement;
