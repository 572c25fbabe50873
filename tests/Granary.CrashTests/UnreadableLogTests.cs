using Granary.Core.Model;
using Granary.Simulator;
using Granary.Simulator.Expected;

namespace Granary.CrashTests;

/// <summary>Logs that cannot be had whole: the receipt says why, and the source goes on.</summary>
public sealed class UnreadableLogTests
{
    [Fact]
    public async Task A_log_that_is_gone_cut_short_or_not_text_is_named_on_the_receipt_with_the_reason()
    {
        await using var ci = await SimulatedCi.StartAsync(new()
        {
            Builds = 120,
            LogBytesMedian = 20_000,
            TreeRate = 0.3,
            Faults = new()
            {
                MissingFiles = 0.1,
                MissingLogs = 0.1,
                NullLogUrls = 0.1,
                TruncatedGzip = 0.3,
                BinaryLogs = 0.2,
                ZipBombs = 0.08,
                ZipBombBytes = 4 << 20,
            },
        });
        using var folder = new CrashFolder(ci);
        await folder.CrashAsync("state.complete.after", 20);
        await folder.CompleteAsync();

        await folder.ShouldBeExactAsync(ci);
        var receipts = (await folder.ReceiptsAsync()).ToDictionary(receipt => receipt.Build.Key.Id);
        var seen = new HashSet<ExpectedFileOutcome>();
        foreach (var build in ci.ExpectedBuilds())
        {
            var receipt = receipts[build.Build.Uuid];
            if (build.Outcome is ExpectedBuildOutcome.Missing or ExpectedBuildOutcome.NoLogs)
            {
                string.Join(" ", [.. receipt.Reasons, .. receipt.Files.Select(file => file.Reason)]).ShouldNotBeEmpty();
                receipt.Entries.ShouldBe(0);
            }

            foreach (var file in build.Files.Where(file => file.RawBytes > 0))
            {
                seen.Add(file.Outcome);
                ShouldSay(receipt.Files.Single(one => one.Path == file.Path), file.Outcome);
            }
        }

        seen.Order().ShouldBe(Enum.GetValues<ExpectedFileOutcome>().Order(), "every kind of unreadable log must have been met");
        await ShouldHoldPrefixesAsync(folder, ci);
    }

    private static void ShouldSay(FileReceipt file, ExpectedFileOutcome outcome)
    {
        FileStatus[] allowed = outcome switch
        {
            ExpectedFileOutcome.Missing => [FileStatus.Missing, FileStatus.Skipped],
            ExpectedFileOutcome.Truncated => [FileStatus.Truncated],
            ExpectedFileOutcome.NotText => [FileStatus.Skipped, FileStatus.Refused],
            ExpectedFileOutcome.Bomb => [FileStatus.Refused],
            _ => [FileStatus.Complete],
        };
        file.Status.ShouldBeOneOf(allowed);
        (file.Reason is null).ShouldBe(file.Status == FileStatus.Complete, file.Path);
    }

    /// <summary>Of a cut log every whole line before the cut is held as it is, and no line after it.</summary>
    private static async Task ShouldHoldPrefixesAsync(CrashFolder folder, SimulatedCi ci)
    {
        await using var index = folder.OpenIndex();
        var cut = ci.ExpectedBuilds().SelectMany(build => build.Files
            .Where(file => file.Outcome == ExpectedFileOutcome.Truncated).Select(file => (build.Build, file.Path)));
        foreach (var (build, path) in cut)
        {
            var held = await index.ReadLinesAsync(new("sim", build.Uuid), path, 1, long.MaxValue, _ => { }, CancellationToken.None).ToListAsync();
            var expected = ci.ExpectedLines(build, path).Take(held.Count).ToList();
            held.Count.ShouldBe(expected.Count);
            for (var i = 0; i < held.Count; i++)
            {
                held[i].Number.ShouldBe(expected[i].Line);
                held[i].Part.ShouldBe(expected[i].Part);
                var text = expected[i].Text.Span;
                (i == held.Count - 1 ? text.StartsWith(held[i].Text.Span) : text.SequenceEqual(held[i].Text.Span)).ShouldBeTrue();
            }
        }
    }
}
