namespace Granary.CrashTests.Child;

/// <summary>The places where a child can die: before and after the effect of each call through a port.</summary>
public static class KillPoints
{
    /// <summary>Inside a log: exactly before the decoded byte with the number of <see cref="ChildPlan.KillHit"/>.</summary>
    public const string LogByte = "log.byte";

    private static readonly string[] Calls =
    [
        "state.sources", "state.begin", "state.cursor", "state.reset", "state.take", "state.poll", "state.open", "state.looked",
        "state.due", "state.next", "state.save", "state.complete",
        "source.page", "source.builds", "source.list", "source.log", "log.read", "log.close",
        "index.chunk", "index.outcome", "index.delete", "index.count", "index.receipt",
    ];

    /// <summary>All but <see cref="LogByte"/>.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Calls.SelectMany(call => new[] { Before(call), After(call) })];

    /// <summary>The point before a call has an effect.</summary>
    public static string Before(string call) => call + ".before";

    /// <summary>The point after a call's effect, before the caller knows of it.</summary>
    public static string After(string call) => call + ".after";
}
