using System.Globalization;

namespace Granary.Elastic.Tests.Collecting;

/// <summary>
/// How much is collected and how often the collector is killed: a sample in every run, more with <c>GRANARY_FULL=1</c>. With
/// <c>GRANARY_KILL_MB</c> and <c>GRANARY_KILLS</c> that much of real logs.
/// </summary>
internal static class KillEffort
{
    internal static bool IsFull { get; } = Environment.GetEnvironmentVariable("GRANARY_FULL") == "1";

    /// <summary>Megabytes of real logs; null: of each once.</summary>
    internal static int? Megabytes { get; } = Number("GRANARY_KILL_MB");

    internal static int Kills { get; } = Number("GRANARY_KILLS") ?? (IsFull ? 6 : 3);

    private static int? Number(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
