using Granary.CrashTests.Child;
using Granary.Simulator;

namespace Granary.CrashTests;

/// <summary>A process that dies inside a log too long to be read again from its start.</summary>
public sealed class LongLogTests
{
    private static readonly long LogBytes = Effort.Of(64L << 20, 1L << 30);
    private static readonly long CheckpointBytes = LogBytes / 16;

    [Theory]
    [InlineData(0.02)]
    [InlineData(1)]
    public async Task Reading_goes_on_from_the_checkpoint_after_each_crash_inside_a_long_log(double longLines)
    {
        await using var ci = await SimulatedCi.StartAsync(new()
        {
            Builds = 0,
            Faults = new() { LongLines = 1, LongLineShare = longLines },
        });
        ci.AddBuild(new() { LogBytes = LogBytes, Encoding = LogEncoding.Plain, Tree = false });
        using var folder = new CrashFolder(ci);
        var plan = folder.Plan with
        {
            SegmentBytes = CheckpointBytes,
            WindowBytes = CheckpointBytes,
            CheckpointBytes = CheckpointBytes,
            FlushMilliseconds = 1000,
            KillPoint = KillPoints.LogByte,
        };

        var readFrom = 0L;
        foreach (var part in Effort.Full ? [0.3, 0.45, 0.6, 0.75, 0.9] : (double[])[0.4, 0.8])
        {
            var deadly = (long)(LogBytes * part);
            var run = await folder.CrashAsync(plan with { KillHit = deadly });
            run.OpenedAt.ShouldHaveSingleItem().ShouldBe(readFrom);
            readFrom = await CheckpointAsync(folder);
            readFrom.ShouldBeGreaterThan(deadly - (5 * CheckpointBytes));
            readFrom.ShouldBeLessThanOrEqualTo(deadly);
        }

        var last = await folder.CompleteAsync(plan with { KillPoint = null });

        last.OpenedAt.ShouldHaveSingleItem().ShouldBe(readFrom);
        await folder.ShouldBeExactAsync(ci);
    }

    [Fact]
    public async Task A_compressed_log_is_read_again_and_what_is_acknowledged_is_skipped()
    {
        await using var ci = await SimulatedCi.StartAsync(new() { Builds = 0 });
        ci.AddBuild(new() { LogBytes = 8_000_000, Encoding = LogEncoding.ContentEncoding, Tree = false });
        using var folder = new CrashFolder(ci);
        await folder.CrashAsync(KillPoints.LogByte, 5_000_000);
        (await CheckpointAsync(folder)).ShouldBeGreaterThan(0);

        await folder.CompleteAsync();

        await folder.ShouldBeExactAsync(ci);
    }

    /// <summary>The byte from which the one pending build would go on.</summary>
    private static async Task<long> CheckpointAsync(CrashFolder folder)
    {
        var offset = -1L;
        await folder.ChangePendingAsync(row =>
        {
            offset = row.Checkpoint?.Offset ?? 0;
            return row;
        });
        return offset;
    }
}
