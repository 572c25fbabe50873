using Granary.Core.Queries;
using Granary.Core.Search;

namespace Granary.Blocks.Reading;

/// <summary>A query made ready: what decides lines, what narrows blocks, and where to begin.</summary>
internal sealed record SearchPlan(LineMatcher Matcher, BlockCondition Condition, QueryShape Shape, HitKey? After)
{
    /// <summary>Bytes after which a line is decided piece by piece.</summary>
    public int LongestLine { get; init; } = LongLine.MaxBytes;

    /// <exception cref="QueryNotSupportedException">The query has a part that cannot be answered.</exception>
    public static SearchPlan Of(QueryNode query, HitKey? after = null) =>
        new(LineMatcher.Compile(query), QueryConditions.Of(query), QueryShape.Of(query), after);
}
