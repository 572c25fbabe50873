using System.Globalization;
using System.Text.RegularExpressions;

namespace Granary.CrashTests;

/// <summary>How a child ended, and what it printed.</summary>
internal sealed partial record ChildRun(int ExitCode, string Output)
{
    /// <summary>For each log that was opened, in order: the byte it was read from.</summary>
    public IReadOnlyList<long> OpenedAt =>
        [.. Opened().Matches(Output).Select(match => long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))];

    [GeneratedRegex(@"^opened (\d+) of \d+ ", RegexOptions.Multiline)]
    private static partial Regex Opened();
}
