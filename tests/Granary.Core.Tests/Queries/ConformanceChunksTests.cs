using System.Text;
using Granary.Conformance;

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
