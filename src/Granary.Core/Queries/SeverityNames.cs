using Granary.Core.Model;

namespace Granary.Core.Queries;

/// <summary>How severities are written in queries.</summary>
internal static class SeverityNames
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

    internal static string Of(Severity severity) => severity.ToString().ToLowerInvariant();
}
