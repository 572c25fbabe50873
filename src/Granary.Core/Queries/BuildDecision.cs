namespace Granary.Core.Queries;

/// <summary>What a query comes to for one log.</summary>
/// <param name="Verdict">Whether lines need to be looked at.</param>
/// <param name="Lines">What is left of the query, without fields; it also decides and marks lines where the verdict is not "some".</param>
public readonly record struct BuildDecision(BuildVerdict Verdict, LineMatcher Lines);
