namespace Granary.App.Verifying;

/// <summary>What a verification has looked at.</summary>
public sealed record VerifyTotals(long Builds, long Files, long Lines, long Gaps, long Notes);
