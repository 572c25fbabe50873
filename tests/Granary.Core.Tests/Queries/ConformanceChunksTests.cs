using System.Text;
using Granary.Conformance;
using Granary.Core.Lines;

namespace Granary.Core.Tests.Queries;

public class ConformanceChunksTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1_000)]
    public void The_chunks_hold_every_entry_of_the_suite(int entriesEach)
    {
        var expected = ConformanceSuite.Builds.SelectMany(build => build.Files)
            .SelectMany(file => file.Lines.SelectMany((line, index) => line.Parts.Select((text, part) => $"{file.Path} {index + 1} {part} {line.Severity} {text}")));

        ConformanceChunks.All(entriesEach, new DateOnly(2026, 11, 20)).SelectMany(Entries).ShouldBe(expected);
    }

    [Fact]
    public void What_the_suite_says_of_times_and_severities_is_what_its_lines_say()
    {
        foreach (var build in ConformanceSuite.Builds)
        {
            var times = new TimeReader(build.Build.FinishedAt);
            foreach (var file in build.Files)
            {
                var time = Core.Chunks.Chunk.NoTime;
                foreach (var line in file.Lines)
                {
                    var text = Encoding.UTF8.GetBytes(line.Parts[0]);
                    time = times.Read(text, time);
                    time.ShouldBe((line.Time - DateTimeOffset.UnixEpoch)?.Ticks * 100 ?? Core.Chunks.Chunk.NoTime, line.Parts[0]);
                    SeverityReader.Of(text).ShouldBe(line.Severity, line.Parts[0]);
                }
            }
        }
    }

    private static IEnumerable<string> Entries(Core.Chunks.Chunk chunk)
    {
        using (chunk)
        {
            var (line, part, start) = (chunk.FirstLine, chunk.FirstPart, 0);
            for (var index = 0; index < chunk.Count; index++)
            {
                (line, part) = index == 0 ? (line, part)
                    : (chunk.Flags[index] & Core.Chunks.Chunk.ContinuesLine) != 0 ? (line, part + 1) : (line + 1, 0);
                var text = Encoding.UTF8.GetString(chunk.Text.Span[start..chunk.Ends[index]]);
                yield return $"{chunk.Log.File} {line} {part} {(Core.Model.Severity)(chunk.Flags[index] & Core.Chunks.Chunk.SeverityBits)} {text}";
                start = chunk.Ends[index] + 1;
            }
        }
    }
}
