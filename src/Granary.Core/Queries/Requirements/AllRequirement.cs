namespace Granary.Core.Queries.Requirements;

/// <summary>All of them, on one line. At least two, none of them an <see cref="AnyLineRequirement"/>.</summary>
public sealed record AllRequirement(IReadOnlyList<Requirement> Operands) : Requirement;
