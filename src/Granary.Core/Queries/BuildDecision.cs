namespace Granary.Core.Queries;

/// <summary>What a query comes to for one log.</summary>
/// <param name="Verdict">Whether lines need to be looked at.</param>
/// <param name="Lines">What is left of the query, without fields; it decides and marks lines whatever the verdict.</param>
public readonly record struct BuildDecision(BuildVerdict Verdict, LineMatcher Lines);
