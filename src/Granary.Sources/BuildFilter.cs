using Granary.Core.Model;

namespace Granary.Sources;

/// <summary>Which builds of a source are wanted, checked here whatever the server made of its own filters.</summary>
internal static class BuildFilter
{
    /// <summary>Whether to give the build out. A running one has no result yet and may still become wanted.</summary>
    public static bool Passes(SourceFilter filter, Build build) => PassesNames(filter, build) && (!build.Finished || PassesEnd(filter, build));

    private static bool PassesEnd(SourceFilter filter, Build build) =>
        (filter.Results.Count == 0 || filter.Results.Contains(build.Result, StringComparer.OrdinalIgnoreCase))
        && (filter.Since is not { } since || (build.FinishedAt ?? build.StartedAt ?? since) >= since);

    private static bool PassesNames(SourceFilter filter, Build build) =>
        NameGlob.Passes(filter.Projects, build.Project)
        && NameGlob.Passes(filter.Pipelines, build.Pipeline)
        && NameGlob.Passes(filter.Jobs, build.Job)
        && NameGlob.Passes(filter.Branches, build.Branch);
}
