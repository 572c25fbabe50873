using System.Runtime.CompilerServices;
using Granary.Core.Model;
using Granary.Core.Ports;
using Granary.Core.Search;

namespace Granary.App.Verifying;

/// <summary>
/// Compares what the CI stated (manifest, Content-Length, file sizes) with the receipts, and the receipts with what reading
/// every block of the index gives.
/// </summary>
public sealed class Verifier(IStateStore state, ILineSearch search)
{
    private readonly HashSet<BuildKey> pending = [];

    /// <summary>What was looked at so far.</summary>
    public VerifyTotals Totals { get; private set; } = new(0, 0, 0, 0, 0);

    /// <summary>Verifies one source (null: all, and the index as a whole) and yields what it finds.</summary>
    public async IAsyncEnumerable<Finding> RunAsync(
        SourceDefinition? source, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var finding in FindAsync(source, cancellation))
        {
            Totals = finding.IsGap ? Totals with { Gaps = Totals.Gaps + 1 } : Totals with { Notes = Totals.Notes + 1 };
            yield return finding;
        }
    }

    /// <summary>
    /// Makes the builds of the findings pending again, to be read as their next generation; those that never finished open again, to be
    /// looked at.
    /// </summary>
    /// <returns>How many will be read, and how many looked at.</returns>
    public async Task<(int Read, int LookedAt)> RepairAsync(IEnumerable<Finding> findings, CancellationToken cancellation)
    {
        var (read, lookedAt) = (0, 0);
        foreach (var build in findings.Where(finding => finding.IsGap).Select(finding => finding.Build).OfType<BuildKey>().Distinct())
        {
            var waits = await state.ReadReceiptAsync(build, cancellation) is { NeverFinished: true };
            if (await state.RepairAsync(build, cancellation))
            {
                (read, lookedAt) = waits ? (read, lookedAt + 1) : (read + 1, lookedAt);
            }
        }

        return (read, lookedAt);
    }

    /// <summary>
    /// Ends the report of parts of the index of which nothing can be read. Only after <see cref="RepairAsync"/> of what a verification of
    /// all sources found: what was in them is then missed by builds that are pending.
    /// </summary>
    public Task ForgetUnreadableAsync(IEnumerable<Finding> findings, CancellationToken cancellation) => search.ForgetAsync(
        [.. findings.Where(finding => finding is { Kind: FindingKind.Damage, Build: null }).Select(finding => new IndexDamage(finding.Where, finding.Message))],
        cancellation);

    private async IAsyncEnumerable<Finding> FindAsync(
        SourceDefinition? source, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var damage in search.CheckAsync(cancellation))
        {
            yield return new(FindingKind.Damage, damage.Where, damage.Reason, damage.Build);
        }

        foreach (var one in await state.ReadSourcesAsync(cancellation))
        {
            if (source is null || one.Id == source.Id)
            {
                var pending = (await state.ReadCursorAsync(one.Id, cancellation)).Pending;
                if (pending > 0)
                {
                    yield return new(FindingKind.Pending, one.Name, pending == 1 ? "1 finished build is not read yet" : $"{pending} finished builds are not read yet", null);
                }
            }
        }

        await foreach (var receipt in state.ReadReceiptsAsync(new() { Source = source?.Id }, cancellation))
        {
            foreach (var finding in await FindAsync(receipt, cancellation))
            {
                yield return finding;
            }
        }
    }

    private async Task<List<Finding>> FindAsync(Receipt receipt, CancellationToken cancellation)
    {
        while (true)
        {
            var held = await HeldAsync(receipt, cancellation);
            if (held.Count == 0)
            {
                return Counted(receipt, held);
            }

            // A collector may be reading the build again just now: then the index rightly holds more than one generation.
            if (await IsPendingAsync(receipt.Build.Key, cancellation))
            {
                return Counted(receipt, [new(FindingKind.Pending, held[0].Where, $"{held[0].Message}; the build waits to be read again", null)]);
            }

            var now = await state.ReadReceiptAsync(receipt.Build.Key, cancellation);
            if (now is null || (now.WrittenAt == receipt.WrittenAt && now.LastGeneration == receipt.LastGeneration))
            {
                return Counted(receipt, held);
            }

            receipt = now;
        }
    }

    private List<Finding> Counted(Receipt receipt, List<Finding> held)
    {
        Totals = Totals with { Builds = Totals.Builds + 1 };
        if (receipt.Status == ReceiptStatus.Complete)
        {
            Totals = Totals with { Files = Totals.Files + receipt.Files.Count, Lines = Totals.Lines + receipt.Lines };
        }

        return [.. ReceiptFindings.Of(receipt), .. held];
    }

    /// <summary>Where the index holds other than the receipt says.</summary>
    private async Task<List<Finding>> HeldAsync(Receipt receipt, CancellationToken cancellation)
    {
        var key = receipt.Build.Key;
        if (receipt.Status is not (ReceiptStatus.Complete or ReceiptStatus.Failed))
        {
            return [];
        }

        var held = await search.ReadContentsAsync(key, receipt.Generation, cancellation);
        return receipt.Status == ReceiptStatus.Complete
            ? [.. InIndex(receipt, held)]
            : held.Entries + held.OtherGenerations is > 0 and var left
                ? [new(FindingKind.IndexDiffers, key.ToString(), $"{left} lines in the index of a build that failed", key)]
                : [];
    }

    /// <summary>
    /// What was pending once and has its old receipt still is pending still; so the rows are read again only for a build that was not
    /// among them.
    /// </summary>
    private async Task<bool> IsPendingAsync(BuildKey build, CancellationToken cancellation)
    {
        if (!pending.Contains(build))
        {
            var rows = await state.ReadPendingAsync(build.Source, DateTimeOffset.MaxValue, int.MaxValue, new HashSet<BuildKey>(), cancellation);
            pending.UnionWith(rows.Select(row => row.Build.Key));
            return pending.Contains(build);
        }

        return true;
    }

    private static IEnumerable<Finding> InIndex(Receipt receipt, BuildContents held)
    {
        var key = receipt.Build.Key;
        foreach (var file in receipt.Files)
        {
            var expected = file.Entries - file.Refused;
            var there = held.Files.GetValueOrDefault(file.Path) ?? new(0, 0, default);
            if (file.Refused > 0)
            {
                yield return new(FindingKind.RefusedLines, $"{key} {file.Path}", file.Reason ?? $"the index refused {file.Refused} lines", key);
            }

            if (there.Entries != expected)
            {
                yield return new(FindingKind.IndexDiffers, $"{key} {file.Path}", $"{expected} lines read, {there.Entries} in the index", key);
            }
            else if (file.Refused == 0 && (there.Bytes != file.Bytes || (there.Hash != default && file.Hash != default && there.Hash != file.Hash)))
            {
                yield return new(FindingKind.IndexDiffers, $"{key} {file.Path}", "the index holds other text than was read", key);
            }
        }

        foreach (var path in held.Files.Keys.Except(receipt.Files.Select(file => file.Path)))
        {
            yield return new(FindingKind.IndexDiffers, $"{key} {path}", "in the index, but not on the receipt", key);
        }

        if (held.OtherGenerations > 0)
        {
            yield return new(FindingKind.IndexDiffers, key.ToString(), $"{held.OtherGenerations} lines of other generations", key);
        }
    }
}
