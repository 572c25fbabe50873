using System.Reflection;

namespace Granary.Tests;

/// <summary>The arrows between the projects, read from the built assemblies.</summary>
public class ArchitectureTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Granary.Core"] = [],
        ["Granary.Simulator"] = [],
        ["Granary.Sources"] = ["Granary.Core"],
        ["Granary.Blocks"] = ["Granary.Core"],
        ["Granary.State"] = ["Granary.Core"],
        ["Granary.Elastic"] = ["Granary.Core"],
        ["Granary.State.Postgres"] = ["Granary.Core"],
        ["Granary.App"] = ["Granary.Core"],
        ["Granary.Server"] = ["Granary.App", "Granary.Core"],
        ["Granary.Cluster"] = ["Granary.App", "Granary.Core"],
    };

    public static TheoryData<string> Projects => [.. Assemblies().Select(path => Path.GetFileNameWithoutExtension(path))];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_sees_only_what_the_design_allows(string project)
    {
        var path = Assemblies().Single(one => Path.GetFileNameWithoutExtension(one) == project);
        var seen = Assembly.LoadFrom(path).GetReferencedAssemblies()
            .Select(reference => reference.Name!)
            .Where(name => name.StartsWith("Granary.", StringComparison.Ordinal));

        Allowed.ShouldContainKey(project);
        seen.Except(Allowed[project]).ShouldBeEmpty();
    }

    [Fact]
    public void Every_project_but_the_executable_is_looked_at() => Assemblies().Count().ShouldBeGreaterThanOrEqualTo(7);

    private static IEnumerable<string> Assemblies() => Directory
        .EnumerateFiles(AppContext.BaseDirectory, "Granary.*.dll")
        .Where(path => !Path.GetFileNameWithoutExtension(path).EndsWith("Tests", StringComparison.Ordinal));
}
