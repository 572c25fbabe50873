namespace Granary.Core.Queries;

/// <summary>Not on this line.</summary>
public sealed record NotNode(QueryNode Operand) : QueryNode;
