namespace Granary.App.Verifying;

/// <summary>What a verification found.</summary>
public enum FindingKind
{
    /// <summary>A build was given up.</summary>
    Failed,

    /// <summary>A build was given up as it ran for longer than it is looked at.</summary>
    NeverFinished,

    /// <summary>Less arrived than the CI states.</summary>
    CutShort,

    /// <summary>The index holds other than what the receipt says was read.</summary>
    IndexDiffers,

    /// <summary>The index refused lines.</summary>
    RefusedLines,

    /// <summary>A part of the index cannot be read.</summary>
    Damage,

    /// <summary>Not a gap of ours: the CI lists a log that it does not have (any more).</summary>
    AbsentAtCi,

    /// <summary>Not a gap yet: finished builds that wait to be read.</summary>
    Pending,
}
