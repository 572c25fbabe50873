namespace Granary.Core.Queries;

/// <summary><c>/…/</c> on the raw line, without look-around and back-references; <c>/…/i</c> ignores case.</summary>
public sealed record RegexNode(string Pattern, bool IgnoreCase) : QueryNode;
