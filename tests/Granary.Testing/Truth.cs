using Granary.Simulator;
using Granary.Simulator.Expected;

namespace Granary.Testing;

/// <summary>What the simulated CI says must be in the index, log by log.</summary>
public static class Truth
{
    /// <summary>The digests of all logs that can be read whole, and the logs of which only a prefix can be had.</summary>
    public static (Dictionary<LogName, LogDigest> Whole, HashSet<LogName> Partial) Of(SimulatedCi ci)
    {
        var whole = new Dictionary<LogName, LogDigest>();
        var partial = new HashSet<LogName>();
        foreach (var build in ci.ExpectedBuilds().Where(one => one.Outcome == ExpectedBuildOutcome.Logs))
        {
            foreach (var file in build.Files)
            {
                var name = new LogName(build.Build.Uuid, file.Path);
                if (file.Outcome is ExpectedFileOutcome.Truncated or ExpectedFileOutcome.Bomb)
                {
                    partial.Add(name);
                }
                else if (file.Outcome == ExpectedFileOutcome.Whole && Digest(ci, build.Build, file.Path) is { Entries: > 0 } digest)
                {
                    whole[name] = digest;
                }
            }
        }

        return (whole, partial);
    }

    /// <summary>The logs of which not exactly that is held which the CI says; of logs that cannot be read whole, anything may be.</summary>
    public static IReadOnlyList<LogName> Differences(IReadOnlyDictionary<LogName, LogDigest> held, SimulatedCi ci)
    {
        var (whole, partial) = Of(ci);
        var wrong = held.Where(log => !whole.TryGetValue(log.Key, out var digest) || digest != log.Value).Select(log => log.Key).Except(partial);
        return [.. wrong.Union(whole.Keys.Except(held.Keys))];
    }

    private static LogDigest Digest(SimulatedCi ci, SimulatedBuild build, string path)
    {
        var digest = default(LogDigest);
        foreach (var line in ci.ExpectedLines(build, path))
        {
            digest = digest.With(line.Line, line.Part, line.Text.Span);
        }

        return digest;
    }
}
