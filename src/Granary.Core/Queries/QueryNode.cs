namespace Granary.Core.Queries;

/// <summary>
/// A parsed query: what a line must fulfil. Text nodes look at the line, field nodes at its build and log, time and severity
/// nodes at what was recognised in the line.
/// </summary>
public abstract record QueryNode;
