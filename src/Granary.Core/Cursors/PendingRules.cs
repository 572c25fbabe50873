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
    public static PendingBuild Next(Build build, TakeRules rules, Receipt receipt) => receipt.LastGeneration == 0
        ? First(build, rules)
        : First(build, rules) with
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

    /// <summary>
    /// True where a listed build has another content than its receipt, or finished after it was given up as never finishing (then
    /// nothing was read: generation 0). What retention expired, and what was purged, is read only when asked for.
    /// </summary>
    public static bool IsReadAgain(ReceiptStatus status, int generation, string version, Build build) => status switch
    {
        ReceiptStatus.Complete => version != build.Version,
        ReceiptStatus.Failed => version != build.Version || generation == 0,
        ReceiptStatus.Expired => generation == 0,
        _ => false,
    };

    /// <summary>A build given up while it was open, to be looked at again.</summary>
    public static OpenBuild Reopen(Receipt receipt, DateTimeOffset now) => new(receipt.Build, now, now + TimeSpan.FromDays(1));

    /// <summary>The receipt of a build that never finished.</summary>
    public static Receipt Expired(OpenBuild open, DateTimeOffset at) => NeverFinished(
        open, ReceiptStatus.Expired, $"still running at {at.UtcDateTime:yyyy-MM-dd HH:mm}Z, given up at its expiry", at);

    /// <summary>The receipt of a build of which the CI says nothing any more.</summary>
    public static Receipt Unknown(OpenBuild open, DateTimeOffset at) => NeverFinished(
        open, ReceiptStatus.Expired, $"seen running, and not known to the CI any more at {at.UtcDateTime:yyyy-MM-dd HH:mm}Z, given up at its expiry", at);

    /// <summary>The receipt of a build that was seen running and cannot be looked at again.</summary>
    public static Receipt Unseen(OpenBuild open, string reason, DateTimeOffset at) => NeverFinished(
        open, ReceiptStatus.Failed, $"seen running, and could not be looked at again: {reason}", at);

    private static Receipt NeverFinished(OpenBuild open, ReceiptStatus status, string reason, DateTimeOffset at) => new()
    {
        Build = open.Build,
        Status = status,
        Reasons = [reason],
        IndexDay = Day(open.Build.FinishedAt ?? at),
        WrittenAt = at,
    };

    private static DateOnly Day(DateTimeOffset instant) => DateOnly.FromDateTime(instant.UtcDateTime);
}
