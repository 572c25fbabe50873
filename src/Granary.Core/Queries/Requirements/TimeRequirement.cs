namespace Granary.Core.Queries.Requirements;

/// <summary>The line's time, else its build's finish, lies in the range.</summary>
/// <param name="From">Nanoseconds since 1970 UTC, included.</param>
/// <param name="Until">Likewise, excluded.</param>
public sealed record TimeRequirement(long From, long Until) : Requirement;
