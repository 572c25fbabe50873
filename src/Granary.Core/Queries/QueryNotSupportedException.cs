namespace Granary.Core.Queries;

/// <summary>The query is well-formed, but has a part that cannot be answered (yet); the message names it.</summary>
public sealed class QueryNotSupportedException(string message) : Exception(message);
