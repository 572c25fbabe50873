namespace Granary.Core.Queries;

/// <summary>
/// Folded literals that stand in the raw line in this order, anything between them (<c>*</c>). Where the pattern does not begin
/// with <c>*</c>, the first literal starts at a token boundary; where it does not end with <c>*</c>, the last ends at one.
/// </summary>
/// <param name="Literals">Never empty, none empty: <c>*</c> alone is <see cref="AllNode"/>.</param>
/// <param name="OpenStart">The pattern begins with <c>*</c>.</param>
/// <param name="OpenEnd">The pattern ends with <c>*</c>.</param>
public sealed record WildcardNode(IReadOnlyList<string> Literals, bool OpenStart, bool OpenEnd) : QueryNode;
