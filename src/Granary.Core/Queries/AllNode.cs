namespace Granary.Core.Queries;

/// <summary><c>*</c>: every line.</summary>
public sealed record AllNode : QueryNode;
