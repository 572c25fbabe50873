using Granary.Core.Search;

namespace Granary.Conformance;

/// <summary>Queries, a field, and its values among the hits with their counts: read off the lines, as the hits are. Values are compared without case.</summary>
public sealed record ConformanceFacets(string Query, string Field, string Values)
{
    /// <summary>All of them. A value stands before its count; most first, equal counts by name.</summary>
    public static IReadOnlyList<ConformanceFacets> All { get; } =
    [
        new("error", "source", "zuul=4 buildbot=1 files=1"),
        new("error", "job", "unit-tests=4 docs-build=1 local=1"),
        new("error", "result", "failure=5"),
        new("error", "file", "job-output.txt=3 logs/syslog.txt=1 run.log=1 stdio=1"),
        new("severity>=error", "branch", "main=4 feature/kelvin=1"),
        new("severity>=error", "attempt", "1=6 2=1"),
        new("exit code 1", "pipeline", "gate=1"),
        new("panic OR emoji", "project", "acme/gadgets=1 acme/widgets=1"),
        new("panic OR emoji", "build", "aaa1=1 bbb2=1"),
        new("panic OR emoji", "change", "77,3=1 908952,1=1"),
        new("error", "label.os", "linux=4 windows=1"),
        new("error", "severity", "error=4 info=1 none=1"),
        new("no left", "severity", "error=2 none=1 warning=1"),
        new("nothinghere", "job", ""),

        // Only the line decides these, or only the joined one.
        new("*disk*", "file", "job-output.txt=3 logs/syslog.txt=3"),
        new("disk", "file", "job-output.txt=2 logs/syslog.txt=2"),
        new("full", "severity", "none=4"),
        new("*error", "severity", "error=5 info=1 none=1"),
    ];

    /// <summary>What is wrong with an index's answer, in words; null where all is right.</summary>
    public string? Fault(Facets facets)
    {
        var found = string.Join(' ', facets.Values.Select(value => $"{Core.Text.Folding.Fold(value.Value)}={value.Count}"));
        return found == Values && facets.Exact && facets.Values.Sum(value => value.Count) <= facets.Total
            ? null : $"{Query} by {Field}: [{found}] of {facets.Total}, exact: {facets.Exact}, instead of [{Values}]";
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Query} by {Field}";
}
