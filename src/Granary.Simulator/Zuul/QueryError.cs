namespace Granary.Simulator.Zuul;

/// <summary>A query that Zuul refuses, with the status it answers.</summary>
internal sealed class QueryError(int status) : Exception
{
    public int Status { get; } = status;
}
