using System.Text;
using Granary.Core.Chunks;
using Granary.Core.Model;

namespace Granary.Elastic.Tests.Searching;

/// <summary>Random logs in the real engine, and the same lines in memory: short ones, parts that cut words, tokens beyond every bound.</summary>
public sealed class RandomIndex(Engine engine) : EngineIndex(engine)
{
    private static readonly string[] Words =
        ["error", "disk", "full", "no", "space", "left", "disk_full", "ERROR:", "C:\\tmp", "->", "größe", "İx", "exit=1", "ab", "abc", "xabc", "\"q\""];

    /// <summary>Each entry of the index with the whole line that it belongs to.</summary>
    internal List<RandomEntry> Entries { get; } = [];

    protected override async Task<ElasticLineSearch> OpenAsync(Engine engine)
    {
        var options = await engine.OptionsAsync() with { WaitSearchable = false };
        await using (var writer = await ElasticIndex.OpenWriterAsync(options, TimeProvider.System, default))
        {
            var random = new Random(11);
            for (var number = 0; number < 6; number++)
            {
                var build = TestLogs.Build($"b{number}", number % 2 == 0 ? "unit" : "Docs") with
                {
                    FinishedAt = number == 5 ? null : new DateTimeOffset(2026, 11, 20, 10, number / 2, 0, TimeSpan.Zero),
                };
                var log = TestLogs.Log(build, number == 3 ? "Job-Output.txt" : "job-output.txt");
                var chunks = await TestLogs.Chunks(log, Text(random)).ToListAsync();
                Remember(log, chunks);
                (await writer.WriteAsync(chunks.ToAsyncEnumerable(), default).ToListAsync()).ShouldAllBe(outcome => outcome.Result == ChunkResult.Stored);
            }
        }

        return await ElasticIndex.OpenSearchAsync(options, TimeProvider.System, default);
    }

    private static string Text(Random random)
    {
        var text = new StringBuilder();
        for (var line = 0; line < 150; line++)
        {
            text.Append(random.Next(3) == 0 ? $"2026-11-20T09:{random.Next(60):00}:{random.Next(60):00}Z " : "");
            if (random.Next(25) == 0)
            {
                AppendLong(text, random);
            }
            else if (random.Next(25) == 0)
            {
                text.Append('z', 1000 + random.Next(60)).Append("tail");
            }

            for (var words = random.Next(7); words > 0; words--)
            {
                text.Append(random.GetItems(Words, 1)[0]).Append(' ');
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    /// <summary>A line in parts, with words about where it will be cut.</summary>
    private static void AppendLong(StringBuilder text, Random random)
    {
        for (var parts = random.Next(1, 3); parts > 0; parts--)
        {
            text.Append(random.Next(2) == 0 ? 'y' : '.', Chunk.MaxEntryBytes - 30 - random.Next(20));
            for (var words = 0; words < 12; words++)
            {
                text.Append(random.Next(8) == 0 ? "" : " ").Append(random.GetItems(Words, 1)[0]);
            }
        }
    }

    private void Remember(LogIdentity log, List<Chunk> chunks)
    {
        var parts = chunks.SelectMany(chunk => Enumerable.Range(0, chunk.Count).Select(index => (
            Text: chunk.Text.Span[(index == 0 ? 0 : chunk.Ends[index - 1] + 1)..chunk.Ends[index]].ToArray(),
            Time: chunk.Times[index],
            Flags: chunk.Flags[index]))).ToArray();
        var number = 0L;
        for (var first = 0; first < parts.Length;)
        {
            var last = first + 1;
            while (last < parts.Length && (parts[last].Flags & Chunk.ContinuesLine) != 0)
            {
                last++;
            }

            var line = parts[first..last];
            var whole = line.SelectMany(part => part.Text).ToArray();
            number++;
            var start = 0;
            for (var part = 0; part < line.Length; part++)
            {
                Entries.Add(new RandomEntry(log, number, part, whole, start, line[part].Text.Length, line[0].Time, (Severity)(line[0].Flags & Chunk.SeverityBits)));
                start += line[part].Text.Length;
            }

            first = last;
        }
    }
}
