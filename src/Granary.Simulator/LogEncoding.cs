namespace Granary.Simulator;

/// <summary>How a log is stored and sent.</summary>
public enum LogEncoding
{
    /// <summary>As it is.</summary>
    Plain,

    /// <summary>Under its plain name, with <c>Content-Encoding: gzip</c> whatever the client accepts.</summary>
    ContentEncoding,

    /// <summary>Stored as <c>.gz</c>, sent with <c>Content-Encoding: gzip</c> (newer upload roles).</summary>
    StoredWithHeader,

    /// <summary>Stored as <c>.gz</c>, sent as <c>application/gzip</c> without that header (older upload roles).</summary>
    StoredWithoutHeader,
}
