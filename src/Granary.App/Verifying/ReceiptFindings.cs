using Granary.Core.Model;

namespace Granary.App.Verifying;

/// <summary>What a receipt itself says is missing, or was not there.</summary>
internal static class ReceiptFindings
{
    public static IEnumerable<Finding> Of(Receipt receipt) => receipt.Status switch
    {
        ReceiptStatus.Expired when receipt.NeverFinished => [OfBuild(FindingKind.NeverFinished, receipt, string.Join("; ", receipt.Reasons))],
        ReceiptStatus.Failed => [OfBuild(FindingKind.Failed, receipt, string.Join("; ", receipt.Reasons))],
        ReceiptStatus.Complete => [.. OfReading(receipt), .. receipt.Files.Select(file => AtCi(receipt.Build.Key, file)).OfType<Finding>()],
        _ => [],
    };

    private static IEnumerable<Finding> OfReading(Receipt receipt)
    {
        if (receipt.GivenUp is { } given)
        {
            yield return OfBuild(given.Gone ? FindingKind.AbsentAtCi : FindingKind.Failed, receipt, given.Reason);
        }

        if (receipt.Files.Count == 0 && receipt.Reasons.FirstOrDefault(reason => reason != Receipt.NoLogs) is { } why)
        {
            yield return OfBuild(FindingKind.AbsentAtCi, receipt, why);
        }
    }

    private static Finding OfBuild(FindingKind kind, Receipt receipt, string message) =>
        new(kind, receipt.Build.Key.ToString(), message, kind == FindingKind.AbsentAtCi ? null : receipt.Build.Key);

    private static Finding? AtCi(BuildKey key, FileReceipt file)
    {
        var where = $"{key} {file.Path}";
        return file.Status switch
        {
            FileStatus.Missing => new(FindingKind.AbsentAtCi, where, file.Reason ?? "listed, but not there", null),
            FileStatus.Truncated => new(FindingKind.CutShort, where, file.Reason ?? "ends before its end", key),
            FileStatus.Refused => new(FindingKind.CutShort, where, file.Reason ?? "not read to its end", key),
            FileStatus.Complete when file.DeclaredBytes is { } declared
                && declared != file.ReceivedBytes && declared != file.RawBytes =>
                new(FindingKind.CutShort, where, $"the CI states {declared} bytes, {file.ReceivedBytes} arrived", key),
            _ => null,
        };
    }
}
