using Granary.Core.Masking;

namespace Granary.Core.Lines;

/// <summary>How a log's lines are made. The same rules on the same bytes give the same chunks.</summary>
public sealed record LineRules
{
    /// <summary>What masks secrets before anything is stored; null stores them as they are.</summary>
    public Masker? Masker { get; init; }

    /// <summary>False leaves hashes and the chain empty: for measuring alone, since nothing can then be verified.</summary>
    public bool Hash { get; init; } = true;

    /// <summary>
    /// What a timestamp without a year is placed by: it gets the latest year that puts it no more than a day after this
    /// instant. Null: such timestamps are not read. The build's finish is the natural choice.
    /// </summary>
    public DateTimeOffset? Reference { get; init; }
}
