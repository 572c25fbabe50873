namespace Granary.Core.Ports;

/// <summary>The index can take nothing now (disk full, below the floor, engine away). Collecting pauses and tries again.</summary>
public sealed class IndexUnavailableException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>True where it is the settings that keep the index away (credentials, a certificate), so that waiting at start does not help.</summary>
    public bool IsOfSettings { get; init; }
}
