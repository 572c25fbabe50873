namespace Granary.Core.Search;

/// <summary>Bytes of an entry's text that matched; may end at the entry's end where the match goes on in the next part.</summary>
public readonly record struct MatchSpan(int Start, int Length);
