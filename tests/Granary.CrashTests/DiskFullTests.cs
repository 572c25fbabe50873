using System.Diagnostics;
using Granary.App.Collecting;
using Granary.Simulator;
using Granary.Testing;

namespace Granary.CrashTests;

/// <summary>A disk without room: collecting stops with a clear reason, and goes on when there is room.</summary>
public sealed class DiskFullTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Collecting_stops_at_the_bound_with_its_reason_and_goes_on_without_it(bool floor)
    {
        await using var ci = await SimulatedCi.StartAsync(Given.Ci(builds: 60) with { LogBytesMedian = 500_000 });
        using var folder = new CrashFolder(ci);
        using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var reason = "";
        var index = floor
            ? folder.IndexOptions() with { FreeDiskFloor = long.MaxValue / 2 }
            : folder.IndexOptions() with { MaxSize = (8 << 20) + 100_000, SegmentBytes = 64 << 10 };
        var stopped = await folder.CollectAsync(
            ci, index, InProcess.Hasty with { Once = true },
            told =>
            {
                if (told is CollectEvent.IndexAvailability { Reason: { } why })
                {
                    reason = why;
                    stop.Cancel();
                }
            },
            stop.Token);

        stopped.ShouldBeFalse();
        reason.ShouldContain(floor ? "floor" : "at most 8 MB are allowed");
        (await folder.CursorAsync()).Pending.ShouldBeGreaterThan(0);
        (await folder.CollectAsync(ci, folder.IndexOptions(), InProcess.Hasty with { Once = true })).ShouldBeTrue();
        await folder.ShouldBeExactAsync(ci);
    }

    [Fact]
    public async Task A_full_disk_corrupts_nothing_and_collecting_goes_on_when_there_is_room()
    {
        await using var ci = await SimulatedCi.StartAsync(Given.Ci(builds: 150));
        using var folder = new CrashFolder(ci);
        Assert.SkipUnless(Mount(folder.Path, "size=1m"), "mounting a small file system is not permitted");
        try
        {
            using var child = CrashFolder.Start(folder.Plan with { SegmentBytes = 64 << 10 });
            await Until.TrueAsync(() => Task.FromResult(new DriveInfo(folder.Path).AvailableFreeSpace < 64 << 10), "the disk is full");
            var tried = ci.RequestCount;
            await Until.TrueAsync(() => Task.FromResult(ci.RequestCount > tried + 50 || child.HasExited), "it goes on trying");
            child.HasExited.ShouldBeFalse();

            Mount(folder.Path, "remount,size=64m").ShouldBeTrue();
            await child.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromMinutes(1)).Token);

            child.ExitCode.ShouldBe(0);
            await folder.ShouldBeExactAsync(ci);
        }
        finally
        {
            Run("umount", "-l", folder.Path);
        }
    }

    private static bool Mount(string folder, string options) =>
        OperatingSystem.IsLinux() && Run("mount", "-t", "tmpfs", "-o", options, "tmpfs", folder);

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
