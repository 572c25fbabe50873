using Granary.App;
using Granary.Blocks;
using Granary.Core.Model;
using Granary.Simulator;
using Granary.Simulator.Expected;
using Granary.State;
using Granary.Testing;

namespace Granary.CrashTests;

/// <summary>What must hold whenever a collector has ended by itself.</summary>
internal static class Exactness
{
    /// <summary>
    /// The index holds every line of the CI once and nothing else, nothing is pending, each finished build has one receipt, and
    /// the receipt counts what is held.
    /// </summary>
    public static async Task ShouldBeExactAsync(this CrashFolder folder, SimulatedCi ci)
    {
        var data = new DataFolder(folder.Path);
        await using var index = BlockIndex.Open(data.IndexFolder);
        var held = await Held.OfAsync(index);
        ShouldHold(held, ci);

        await using var state = await SqliteStateStore.OpenAsync(new() { Path = data.StateFile, ReadOnly = true });
        (await state.ReadCursorAsync("sim", CancellationToken.None)).Pending.ShouldBe(0);
        var receipts = new List<Receipt>();
        await foreach (var receipt in state.ReadReceiptsAsync(new(), CancellationToken.None))
        {
            receipts.Add(receipt);
            receipt.Status.ShouldBe(ReceiptStatus.Complete, string.Join("; ", receipt.Reasons));
        }

        ShouldBeOfBuilds([.. receipts.Select(receipt => receipt.Build.Key.Id)], ci);
        foreach (var receipt in receipts)
        {
            foreach (var file in receipt.Files)
            {
                file.Entries.ShouldBe(held.GetValueOrDefault(new(receipt.Build.Key.Id, file.Path)).Entries, $"{receipt.Build.Key} {file.Path}");
            }
        }
    }

    /// <summary>
    /// Each finished build has one receipt. An old API gives some builds that never ran no uuid: their rows have keys of their own,
    /// and another one when what little they say changes.
    /// </summary>
    private static void ShouldBeOfBuilds(List<string> receipts, SimulatedCi ci)
    {
        var finished = ci.ExpectedBuilds().Where(build => build.Outcome != ExpectedBuildOutcome.Running).ToList();
        var named = receipts.Where(id => !id.StartsWith("row-", StringComparison.Ordinal)).ToList();
        var without = finished.Where(build => !named.Contains(build.Build.Uuid)).ToList();
        named.ShouldBeUnique();
        named.Except(finished.Select(build => build.Build.Uuid)).ShouldBeEmpty();
        without.ShouldAllBe(build => build.Outcome == ExpectedBuildOutcome.NoLogs);
        without.Count.ShouldBeLessThanOrEqualTo(receipts.Count - named.Count);
    }

    private static void ShouldHold(Dictionary<LogName, LogDigest> held, SimulatedCi ci)
    {
        var (whole, partial) = Truth.Of(ci);
        whole.ShouldNotBeEmpty();
        held.Keys.Except(whole.Keys).Except(partial).ShouldBeEmpty("the index holds logs that the CI does not have");
        whole.Where(log => held.GetValueOrDefault(log.Key) != log.Value)
            .Select(log => $"{log.Key}: {log.Value.Entries} entries at the CI, {held.GetValueOrDefault(log.Key).Entries} held")
            .ShouldBeEmpty();
    }
}
