namespace Granary.Core.Queries;

/// <summary>
/// <c>since:</c> (included) and <c>until:</c> (excluded), in nanoseconds since 1970 UTC: on the line's own time, else on its build's finish.
/// A line with neither time is not found.
/// </summary>
public sealed record TimeNode(long From, long Until) : QueryNode;
