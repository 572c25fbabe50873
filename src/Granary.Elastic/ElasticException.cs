namespace Granary.Elastic;

/// <summary>The engine refused a request for good; asking again as it is does not help.</summary>
public sealed class ElasticException(string message, int status, string type) : Exception(message)
{
    /// <summary>The HTTP status.</summary>
    public int Status { get; } = status;

    /// <summary>The engine's name of the error, as in <c>mapper_parsing_exception</c>; empty if it gave none.</summary>
    public string Type { get; } = type;
}
