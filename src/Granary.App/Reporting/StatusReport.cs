namespace Granary.App.Reporting;

/// <summary>Everything that <c>status</c> shows.</summary>
/// <param name="Sources">By name.</param>
/// <param name="Run">The running collector's report; null where none runs.</param>
/// <param name="Index">The engine that holds the lines; null where they are in the embedded index.</param>
public sealed record StatusReport(IReadOnlyList<SourceStatus> Sources, RunReport? Run, IndexStatus? Index);
