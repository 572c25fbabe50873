using Granary.Core.Model;

namespace Granary.Core.Queries;

/// <summary>How severities are written, in queries and everywhere else.</summary>
public static class SeverityNames
{
    internal const string Listed = "none, trace, debug, info, notice, warning, error, critical";

    internal static Severity? Parse(string name) => name.ToLowerInvariant() switch
    {
        "none" => Severity.None,
        "trace" => Severity.Trace,
        "debug" => Severity.Debug,
        "info" => Severity.Info,
        "notice" => Severity.Notice,
        "warning" or "warn" => Severity.Warning,
        "error" or "err" => Severity.Error,
        "critical" or "crit" or "fatal" => Severity.Critical,
        _ => null,
    };

    /// <summary>Its name in lower case.</summary>
    public static string Of(Severity severity) => severity.ToString().ToLowerInvariant();
}
