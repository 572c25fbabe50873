namespace Granary.Core.Queries;

/// <summary>The query is not well-formed; the message says what was expected.</summary>
public sealed class QueryException(string message, int column) : Exception(message)
{
    /// <summary>Where, in characters (UTF-16) from 1.</summary>
    public int Column { get; } = column;
}
