namespace Granary.Core.Ports;

/// <summary>A CI or its log store did not answer as it should. The message names the address, without credentials.</summary>
public sealed class CiException : Exception
{
    public CiException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>What was asked for is not there (404, 410, a missing file): no retry helps.</summary>
    public bool Gone { get; init; }

    /// <summary>Refused by a rule of ours (a host that is not allowed): no retry helps.</summary>
    public bool Refused { get; init; }

    /// <summary>Not before then, as the server asked (Retry-After).</summary>
    public TimeSpan? RetryAfter { get; init; }
}
