namespace Granary.Core.Queries.Requirements;

/// <summary>
/// What must hold for a line to answer a query: never less than the truth, so that an index may leave out what does not fulfil it,
/// and must still verify what does. Where text is asked for, it may be fulfilled by any text that holds the line: a block of lines.
/// </summary>
public abstract record Requirement;
