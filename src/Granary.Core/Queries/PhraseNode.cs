namespace Granary.Core.Queries;

/// <summary>
/// Tokens, folded, that stand one directly after the other in the line, whatever parts them; one token is a word. Never empty.
/// </summary>
public sealed record PhraseNode(IReadOnlyList<string> Tokens) : QueryNode;
