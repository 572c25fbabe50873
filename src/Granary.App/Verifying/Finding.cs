using Granary.Core.Model;

namespace Granary.App.Verifying;

/// <summary>One thing that verification found.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Where">The build and file, or the part of the index.</param>
/// <param name="Message">What was expected and what is there.</param>
/// <param name="Build">The build to repair; null where it is none's.</param>
public sealed record Finding(FindingKind Kind, string Where, string Message, BuildKey? Build)
{
    /// <summary>True for what must not be: it makes <c>verify</c> exit with 1.</summary>
    public bool IsGap => Kind is not (FindingKind.AbsentAtCi or FindingKind.Pending);
}
