namespace Granary.Core.Queries;

/// <summary>At least one of them. At least two operands.</summary>
public sealed record OrNode(IReadOnlyList<QueryNode> Operands) : QueryNode;
