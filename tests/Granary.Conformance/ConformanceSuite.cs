namespace Granary.Conformance;

/// <summary>
/// What every index must answer alike: builds with their lines, and queries with the hits that the design's words give, found by
/// reading the lines, not by running Granary.
/// </summary>
public static class ConformanceSuite
{
    /// <summary>What <c>since:1d</c> counts back from.</summary>
    public static DateTimeOffset Now { get; } = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    /// <summary>The builds, not in the order of answers.</summary>
    public static IReadOnlyList<ConformanceBuild> Builds { get; } = ConformanceData.Builds();

    /// <summary>The queries and their hits.</summary>
    public static IReadOnlyList<ConformanceQuery> Queries { get; } =
        [.. ConformanceExpectations.All.Select(pair => new ConformanceQuery(pair.Query, Hits(pair.Hits)))];

    /// <summary><c>A3 A12.1</c>: line 3 of log A, and part 1 of its line 12.</summary>
    private static ConformanceHit[] Hits(string hits) => [.. hits.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Hit)];

    private static ConformanceHit Hit(string hit)
    {
        var (build, file) = Builds.SelectMany(build => build.Files.Select(file => (build, file))).Single(pair => pair.file.Letter == hit[0]);
        var numbers = hit[1..].Split('.');
        var part = numbers.Length > 1 ? int.Parse(numbers[1], null) : 0;
        return new ConformanceHit(build.Build.Key, file.Path, long.Parse(numbers[0], null), part);
    }
}
