using Granary.Core.Model;

namespace Granary.Core.Queries;

/// <summary><c>severity&gt;=error</c> and its like; both ends included. Lines without a mark have <see cref="Severity.None"/>.</summary>
public sealed record SeverityNode(Severity From, Severity To) : QueryNode;
