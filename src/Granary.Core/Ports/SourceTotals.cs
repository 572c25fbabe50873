namespace Granary.Core.Ports;

/// <summary>Sums over a source's receipts.</summary>
public sealed record SourceTotals(long Complete, long Failed, long Expired, long Purged, long Lines, long Bytes)
{
    public static readonly SourceTotals None = new(0, 0, 0, 0, 0, 0);

    public long Builds => Complete + Failed + Expired + Purged;
}
