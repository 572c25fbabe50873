using Granary.Core.Search;

namespace Granary.Conformance;

/// <summary>Where a query's hits lie in time: by the line's own or carried time, else by its build's finish, else nowhere.</summary>
public static class ConformanceHistogram
{
    /// <summary>What is wrong with a histogram of the query's hits, whatever its width; nothing where all is right.</summary>
    public static IEnumerable<string> Faults(ConformanceQuery query, Histogram histogram)
    {
        var times = query.Hits.Select(TimeOf).OfType<DateTimeOffset>().ToArray();
        var buckets = histogram.Buckets;
        if (histogram.Total != query.Hits.Count || !histogram.Exact)
        {
            yield return $"{query}: {histogram.Total} hits, exact: {histogram.Exact}, instead of {query.Hits.Count}";
        }

        foreach (var bucket in buckets.Where(bucket => bucket.Count != times.Count(time => time >= bucket.Start && time < bucket.Start + bucket.Width)))
        {
            yield return $"{query}: {bucket.Count} from {bucket.Start:O} on for {bucket.Width}";
        }

        if (buckets.Sum(bucket => bucket.Count) != times.Length || buckets.Zip(buckets.Skip(1)).Any(pair => pair.First.Start + pair.First.Width != pair.Second.Start))
        {
            yield return $"{query}: gaps between buckets, or hits in none";
        }
    }

    private static DateTimeOffset? TimeOf(ConformanceHit hit)
    {
        var build = ConformanceSuite.Builds.Single(build => build.Build.Key == hit.Build);
        return build.Files.Single(file => file.Path == hit.File).Lines[(int)hit.Line - 1].Time ?? build.Build.FinishedAt;
    }
}
