namespace Granary.Elastic;

/// <summary>What the engine refused for good and nothing has replaced.</summary>
/// <param name="Count">Documents.</param>
/// <param name="Causes">The commonest first, at most five.</param>
public sealed record RefusedLines(long Count, IReadOnlyList<RefusedCause> Causes);
