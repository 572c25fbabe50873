using Granary.Core.Model;

namespace Granary.Core.Search;

/// <summary>
/// An entry that answers the query. The query is decided on the whole line; of a line in parts those are hits in which a match
/// begins, or all where the query has no text to match.
/// </summary>
public sealed record LineHit(Build Build, string FileUrl, LogLine Line) : SearchEvent
{
    /// <summary>Byte ranges of the matches in the entry's text, ascending, not overlapping.</summary>
    public IReadOnlyList<MatchSpan> Matches { get; init; } = [];

    public IReadOnlyList<LogLine> Before { get; init; } = [];

    public IReadOnlyList<LogLine> After { get; init; } = [];

    public HitKey Key => new(Build.FinishedAt, Build.Key, Line.File, Line.Number, Line.Part);
}
