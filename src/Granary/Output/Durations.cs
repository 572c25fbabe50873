using System.Globalization;

namespace Granary.Output;

/// <summary>Spans of time as people read them.</summary>
internal static class Durations
{
    public static string Of(TimeSpan span) => span switch
    {
        { TotalSeconds: < 0 } => "0 s",
        { TotalSeconds: < 10 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:F1} s"),
        { TotalMinutes: < 2 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:F0} s"),
        { TotalHours: < 2 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalMinutes:F0} min"),
        { TotalDays: < 2 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalHours:F0} h"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{span.TotalDays:F0} d"),
    };
}
