using Granary.Core.Model;

namespace Granary.Core.Cursors;

/// <summary>How builds become pending, and what becomes of them there: the same in every state store.</summary>
public static class PendingRules
{
    /// <summary>A build that was never known.</summary>
    public static PendingBuild First(Build build, TakeRules rules) => new()
    {
        Build = build,
        NextTry = rules.Now,
        NormaliserVersion = rules.NormaliserVersion,
        MaskingVersion = rules.MaskingVersion,
        IndexDay = Day(build.FinishedAt ?? rules.Now),
    };

    /// <summary>
    /// A build whose content is not the receipt's. The index day stays, so that the older generation lies where the newer one is
    /// written and is found there.
    /// </summary>
    public static PendingBuild Next(Build build, TakeRules rules, Receipt receipt) => First(build, rules) with
    {
        Generation = receipt.LastGeneration + 1,
        ReadBefore = true,
        IndexDay = receipt.IndexDay,
    };

    /// <summary>The content has changed before it was read to its end. The failures so far still count.</summary>
    public static PendingBuild Renew(PendingBuild pending, Build build) => pending with
    {
        Build = build,
        Generation = pending.Generation + 1,
        ReadBefore = true,
        Checkpoint = null,
    };

    /// <summary>A build with a receipt that somebody asked to be read again.</summary>
    public static PendingBuild Repair(Receipt receipt, DateTimeOffset now) => new()
    {
        Build = receipt.Build,
        NextTry = now,
        Generation = receipt.LastGeneration + 1,
        NormaliserVersion = receipt.NormaliserVersion,
        MaskingVersion = receipt.MaskingVersion,
        IndexDay = receipt.IndexDay,
        ReadBefore = true,
    };

    /// <summary>A repair of a build that waits to be read as a later generation already: only at once.</summary>
    public static PendingBuild Repair(PendingBuild pending, DateTimeOffset now) =>
        pending with { Attempts = 0, NextTry = now, ReadBefore = true };

    /// <summary>True where a listed build has another content than its receipt; expired and purged ones are read only when asked for.</summary>
    public static bool IsReadAgain(ReceiptStatus status, string version, Build build) =>
        version != build.Version && status is (ReceiptStatus.Complete or ReceiptStatus.Failed);

    /// <summary>The receipt of a build that never finished.</summary>
    public static Receipt Expired(OpenBuild open, DateTimeOffset at) => new()
    {
        Build = open.Build,
        Status = ReceiptStatus.Expired,
        Reasons = [$"still running at {at.UtcDateTime:yyyy-MM-dd HH:mm}Z, given up at its expiry"],
        IndexDay = Day(open.Build.FinishedAt ?? at),
        WrittenAt = at,
    };

    private static DateOnly Day(DateTimeOffset instant) => DateOnly.FromDateTime(instant.UtcDateTime);
}
