using System.Text;
using Granary.Conformance;
using Granary.Core.Chunks;
using Granary.Core.Queries;
using Granary.Core.Search;

namespace Granary.Core.Tests.Queries;

public class ConformanceTests
{
    public static TheoryData<int> Queries => [.. Enumerable.Range(0, ConformanceSuite.Queries.Count)];

    [Theory]
    [MemberData(nameof(Queries))]
    public void Deciding_every_line_in_order_gives_the_stated_hits(int index)
    {
        var query = ConformanceSuite.Queries[index];
        var matcher = LineMatcher.Compile(QueryParser.Parse(query.Text, ConformanceSuite.Now));

        var hits = ConformanceSuite.Builds.SelectMany(build => build.Files.SelectMany(file => Hits(matcher, build, file))).Order().ToList();

        hits.Select(hit => new ConformanceHit(hit.Build, hit.File, hit.Line, hit.Part)).ShouldBe(query.Hits, query.Text);
    }

    private static IEnumerable<HitKey> Hits(LineMatcher matcher, ConformanceBuild build, ConformanceFile file)
    {
        var lines = matcher.DecideBuild(build.Build, file.Path).Lines;
        for (var index = 0; index < file.Lines.Count; index++)
        {
            var line = file.Lines[index];
            var text = Encoding.UTF8.GetBytes(line.Text);
            if (lines.Matches(text, Nanoseconds(line.Time) ?? Chunk.NoTime, Nanoseconds(build.Build.FinishedAt), line.Severity))
            {
                var spans = new List<MatchSpan>();
                lines.GetSpans(text, spans);
                foreach (var part in PartsHit(line, spans))
                {
                    yield return new HitKey(build.Build.FinishedAt, build.Build.Key, file.Path, index + 1, part);
                }
            }
        }
    }

    private static IEnumerable<int> PartsHit(ConformanceLine line, List<MatchSpan> spans)
    {
        var start = 0;
        for (var part = 0; part < line.Parts.Count; part++)
        {
            var end = start + Encoding.UTF8.GetByteCount(line.Parts[part]);
            if (spans.Count == 0 || spans.Exists(span => span.Start >= start && span.Start < end))
            {
                yield return part;
            }

            start = end;
        }
    }

    private static long? Nanoseconds(DateTimeOffset? time) => (time - DateTimeOffset.UnixEpoch)?.Ticks * 100;
}
