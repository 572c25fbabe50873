namespace Granary.Conformance;

/// <summary>A log and its lines, in order.</summary>
/// <param name="Letter">What the expected hits call it.</param>
/// <param name="Path">Its path in the build.</param>
/// <param name="Lines">The first is line 1.</param>
public sealed record ConformanceFile(char Letter, string Path, IReadOnlyList<ConformanceLine> Lines);
