namespace Granary.Core.Model;

/// <summary>Which builds of a source are collected, and which of their files. Values of one list are alternatives.</summary>
public sealed record SourceFilter
{
    /// <summary>Names; <c>*</c> stands for any characters.</summary>
    public IReadOnlyList<string> Projects { get; init; } = [];

    public IReadOnlyList<string> Pipelines { get; init; } = [];

    public IReadOnlyList<string> Jobs { get; init; } = [];

    public IReadOnlyList<string> Branches { get; init; } = [];

    /// <summary>The CI's own words (SUCCESS, FAILURE, …), compared without case.</summary>
    public IReadOnlyList<string> Results { get; init; } = [];

    /// <summary>Globs over a log's path (<c>*</c> within a folder, <c>**</c> across); empty: every file that is text.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>Builds that finished before this instant are not collected; fixed when the source is added.</summary>
    public DateTimeOffset? Since { get; init; }
}
