namespace Granary.Elastic;

/// <summary>Why documents were refused.</summary>
/// <param name="Reason">The engine's words, without what differs from document to document.</param>
/// <param name="Count">Documents.</param>
public sealed record RefusedCause(string Reason, long Count);
