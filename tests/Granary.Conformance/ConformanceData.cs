using Granary.Core.Model;
using static Granary.Core.Model.Severity;

namespace Granary.Conformance;

/// <summary>
/// The lines. A to E is also the order of answers: A, B and C finished at the same time, E's build says no time at all.
/// A line's time and severity are in its text, or carried from the line before, so that an index may read them there.
/// </summary>
internal static class ConformanceData
{
    private static readonly DateTimeOffset Day = new(2026, 11, 20, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Epoch = DateTimeOffset.UnixEpoch;
    private static readonly DateTimeOffset Finish = Day.AddHours(10);

    internal static IReadOnlyList<ConformanceBuild> Builds() =>
    [
        new(new Build { Key = new BuildKey("files", "local/run.log"), Job = "local", Finished = true }, [new('E', "run.log", E())]),
        new(new Build
        {
            Key = new BuildKey("zuul", "bbb2", 2),
            Job = "unit-tests",
            Project = "acme/gadgets",
            Pipeline = "check",
            Branch = "feature/\u212Aelvin",
            Change = "77,3",
            Result = "SUCCESS",
            FinishedAt = Finish,
            Finished = true,
        }, [new('C', "job-output.txt", C())]),
        new(new Build
        {
            Key = new BuildKey("buildbot", "7"),
            Job = "docs-build",
            Result = "FAILURE",
            FinishedAt = Day.AddDays(-2).AddHours(9),
            Labels = new Dictionary<string, string> { ["os"] = "Windows" },
            Finished = true,
        }, [new('D', "stdio", D())]),
        new(new Build
        {
            Key = new BuildKey("zuul", "aaa1"),
            Job = "unit-tests",
            Project = "acme/widgets",
            Pipeline = "gate",
            Branch = "main",
            Change = "908952,1",
            Result = "FAILURE",
            FinishedAt = Finish,
            Labels = new Dictionary<string, string> { ["os"] = "Linux" },
            Finished = true,
        }, [new('B', "logs/syslog.txt", B()), new('A', "job-output.txt", A())]),
    ];

    private static ConformanceLine[] A() =>
    [
        Untimed(None, "Starting job unit-tests on node-1"),
        At("09:50:01", Info, "2026-11-20 09:50:01 INFO Cloning https://git.example.org/acme/widgets"),
        At("09:50:02", Error, "2026-11-20 09:50:02 ERROR: no space left on device"),
        At("09:50:03", Warning, "2026-11-20 09:50:03 WARNING: retry 1 of 3: No space, left over"),
        At("09:50:03", None, ""),
        At("09:50:03", None, "left space no"),
        At("09:50:04", Error, "2026-11-20 09:50:04 FAILED tests/test_disk.py::test_full - OSError: [Errno 28] No space left on device: '/tmp/build-42/out.bin'"),
        At("09:50:04", None, "exit code 1"),
        At("09:50:04", None, "make[2]: *** [Makefile:12: all] Error 2"),
        At("09:50:05", Info, "2026-11-20 09:50:05 INFO flaky test error ignored"),
        At("09:50:06", Critical, "2026-11-20 09:50:06 FATAL kernel panic - not syncing"),
        At("09:50:06", None, "BEGIN the disk is fu", "ll and the dis", "k is full again END"),
    ];

    private static ConformanceLine[] B() =>
    [
        At("09:49:00", Notice, "Nov 20 09:49:00 node-1 systemd[1]: NOTICE Started session 7 of user root."),
        At("09:49:10", Error, "Nov 20 09:49:10 node-1 kernel: ERROR disk_full on /dev/sda1"),
        At("09:49:10", None, "disk full"),
        At("09:49:10", None, "Disk-full?"),
        At("09:49:11", Debug, "2026-11-20 09:49:11 debug: errors=0 warnings=0"),
    ];

    private static ConformanceLine[] C() =>
    [
        At("09:00:00", None, "2026-11-20 09:00:00 \u0130STANBUL office: 300 \u212Aelvin"),
        At("09:00:00", None, "istanbul 300 kelvin"),
        At("09:00:00", None, "I\u0307stanbul"),
        At("09:00:00", None, "cafe\u0301 and caf\u00E9"),
        At("09:00:00", None, "構築に失敗しました: 中文 エラー"),
        At("09:00:00", None, "ΣΊΣΥΦΟΣ"),
        At("09:00:00", None, "Straße STRASSE STRA\u1E9EE"),
        At("09:00:00", None, "token " + new string('a', 300) + " end"),
        At("09:00:00", None, "token " + new string('a', 301) + " end"),
        At("09:00:00", None, "emoji 😀 done"),
        At("09:00:00", None, "Ⱥ and ⱥ"),
        At("09:00:00", None, "\u00A0nbsp\u2028separator"),
        At("09:00:01", Error, "2026-11-20 09:00:01 FAIL Привет МИР"),
    ];

    private static ConformanceLine[] D()
    {
        var old = Day.AddDays(-10);
        return
        [
            Untimed(None, "docs-build: sphinx-build -b html --verbose"),
            Untimed(Error, "ERROR in docs/index.rst:12: undefined label: flaky"),
            new(Warning, old, [@"2026-11-10 00:00:00 warning: old cache from C:\Users\builder\cache"]),
            new(None, old, ["==> done ==>"]),
            new(None, old, ["a->b; a -> b; --"]),
            new(None, old, [@"100% (50*2) ""quoted"" (parens) | pipe \ backslash"]),
        ];
    }

    private static ConformanceLine[] E() =>
    [
        Untimed(Error, "error: local failure"),
        Untimed(None, "since forever"),
        new(None, Epoch.AddHours(-2).AddTicks(5), ["1970-01-01T00:00:00.0000005+02:00 before all clocks"]),
        new(None, Epoch.AddHours(-5), ["1970-01-01T09:00:00+14:00 punched cards"]),
        new(None, Epoch, ["1970-01-01T00:00:00Z clocks begin"]),
    ];

    private static ConformanceLine At(string time, Severity severity, params string[] parts) =>
        new(severity, Day + TimeSpan.Parse(time, null), parts);

    private static ConformanceLine Untimed(Severity severity, string text) => new(severity, null, [text]);
}
