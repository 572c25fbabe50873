using Granary.App.Verifying;
using Granary.Blocks;
using Granary.Core.Queries;
using Granary.Core.Search;
using Granary.Simulator;
using Granary.Testing;

namespace Granary.CrashTests;

/// <summary>Bits that flip in the segment files of a collected folder.</summary>
public sealed class DamageTests
{
    [Fact]
    public async Task A_flipped_bit_is_reported_and_the_rest_stays_searchable()
    {
        await using var ci = await SimulatedCi.StartAsync(Given.Ci(builds: 60));
        using var folder = new CrashFolder(ci);
        await CollectAsync(folder, ci);
        var (whole, _) = Truth.Of(ci);
        var random = new Random(99);
        for (var flip = 0; flip < Effort.Of(40, 600); flip++)
        {
            var files = folder.SegmentFiles();
            files.Count.ShouldBeGreaterThan(3);
            var file = files[random.Next(files.Count)];
            var bit = random.NextInt64(8 * file.Length);
            Flip(file, bit);

            await using (var index = folder.OpenIndex())
            {
                var damages = await index.CheckAsync(CancellationToken.None).ToListAsync();
                damages.ShouldNotBeEmpty($"{file.Name}, bit {bit} of {8 * file.Length}");
                damages.ShouldAllBe(damage => damage.Where.Contains(file.Name));
                await ShouldFindTheRestAsync(index, whole);
            }

            Flip(file, bit);
        }
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.05)]
    [InlineData(0.1)]
    [InlineData(0.3)]
    [InlineData(0.5)]
    [InlineData(0.7)]
    [InlineData(0.9)]
    [InlineData(0.999)]
    public async Task What_a_flipped_bit_damaged_is_whole_again_after_a_repair(double place)
    {
        await using var ci = await SimulatedCi.StartAsync(Given.Ci(builds: 40));
        using var folder = new CrashFolder(ci);
        await CollectAsync(folder, ci);
        foreach (var file in folder.SegmentFiles().Take(2))
        {
            Flip(file, (long)(place * 8 * file.Length));
        }

        var repaired = await VerifyAsync(folder, repair: true);
        repaired.Findings.ShouldContain(finding => finding.Kind == FindingKind.Damage);
        repaired.Repaired.ShouldBeGreaterThan(0, string.Join("\n", repaired.Findings));
        await CollectAsync(folder, ci);

        (await VerifyAsync(folder, repair: false)).Findings.ShouldBeEmpty();
        await folder.ShouldBeExactAsync(ci);
    }

    [Fact]
    public async Task Lines_of_a_lost_segment_file_are_read_again_by_a_repair()
    {
        await using var ci = await SimulatedCi.StartAsync(Given.Ci(builds: 40));
        using var folder = new CrashFolder(ci);
        await CollectAsync(folder, ci);
        folder.SegmentFiles()[1].Delete();

        (await VerifyAsync(folder, repair: true)).Repaired.ShouldBeGreaterThan(0);
        await CollectAsync(folder, ci);

        (await VerifyAsync(folder, repair: false)).Findings.ShouldBeEmpty();
        await folder.ShouldBeExactAsync(ci);
    }

    [Fact]
    public async Task A_repair_ends_the_report_of_a_segment_that_cannot_be_opened()
    {
        await using var ci = await SimulatedCi.StartAsync(Given.Ci(builds: 40));
        using var folder = new CrashFolder(ci);
        await CollectAsync(folder, ci);
        var file = folder.SegmentFiles()[1];
        File.WriteAllBytes(file.FullName, new byte[file.Length]);

        var repaired = await VerifyAsync(folder, repair: true);
        repaired.Findings.ShouldContain(finding => finding.Kind == FindingKind.Damage && finding.Where == file.Name);
        repaired.Repaired.ShouldBeGreaterThan(0);
        await CollectAsync(folder, ci);

        (await VerifyAsync(folder, repair: false)).Findings.ShouldBeEmpty();
        await folder.ShouldBeExactAsync(ci);
        File.Exists(file.FullName).ShouldBeFalse();
    }

    private static async Task CollectAsync(CrashFolder folder, SimulatedCi ci) =>
        (await folder.CollectAsync(
            ci, folder.IndexOptions() with { MergeFactor = 0, SegmentBytes = 256 << 10 }, InProcess.Hasty with { Once = true })).ShouldBeTrue();

    private static async Task<(List<Finding> Findings, int Repaired)> VerifyAsync(CrashFolder folder, bool repair)
    {
        await using var state = await folder.OpenStateAsync();
        await using var index = folder.OpenIndex();
        var verifier = new Verifier(state, index);
        var findings = await verifier.RunAsync(null, CancellationToken.None).Where(finding => finding.IsGap).ToListAsync();
        var repaired = repair ? (await verifier.RepairAsync(findings, CancellationToken.None)).Read : 0;
        if (repair)
        {
            await verifier.ForgetUnreadableAsync(findings, CancellationToken.None);
        }

        return (findings, repaired);
    }

    /// <summary>Most logs are found as they were; of the others no line is found that was not there.</summary>
    private static async Task ShouldFindTheRestAsync(BlockIndex index, Dictionary<LogName, LogDigest> whole)
    {
        var held = new Dictionary<LogName, LogDigest>();
        var damaged = false;
        await foreach (var found in index.SearchAsync(new() { Query = new AllNode(), Limit = 0 }, CancellationToken.None))
        {
            damaged |= found is IndexDamage;
            if (found is LineHit hit)
            {
                var name = new LogName(hit.Build.Key.Id, hit.Line.File);
                held[name] = held.GetValueOrDefault(name).With(hit.Line.Number, hit.Line.Part, hit.Line.Text.Span);
            }
        }

        held.Keys.Except(whole.Keys).ShouldBeEmpty();
        held.ShouldAllBe(log => log.Value.Entries < whole[log.Key].Entries || log.Value == whole[log.Key]);
        var lost = whole.Count(log => held.GetValueOrDefault(log.Key) != log.Value);
        lost.ShouldBeLessThan(whole.Count / 2);
        (lost == 0 || damaged).ShouldBeTrue("lines are missing without a word");
    }

    private static void Flip(FileInfo file, long bit)
    {
        using var stream = file.Open(FileMode.Open, FileAccess.ReadWrite);
        stream.Position = bit / 8;
        var value = (byte)stream.ReadByte();
        stream.Position = bit / 8;
        stream.WriteByte((byte)(value ^ (1 << (int)(bit % 8))));
    }
}
