namespace Granary.Core.Queries;

/// <summary>All of them, on the same line; what stands side by side in a query. At least two.</summary>
public sealed record AndNode(IReadOnlyList<QueryNode> Operands) : QueryNode;
