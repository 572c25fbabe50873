using System.Text;
using Granary.Core.Chunks;
using Granary.Core.Lines;
using Granary.Core.Model;

namespace Granary.Elastic.Tests;

/// <summary>Logs made of text, read as in production.</summary>
internal static class TestLogs
{
    internal static readonly DateOnly Day = new(2026, 11, 20);

    internal static Build Build(string id, string job = "unit-tests") => new()
    {
        Key = new BuildKey("zuul", id),
        Job = job,
        Project = "acme/widgets",
        Result = "SUCCESS",
        StartedAt = new DateTimeOffset(2026, 11, 20, 9, 0, 0, TimeSpan.Zero),
        FinishedAt = new DateTimeOffset(2026, 11, 20, 10, 0, 0, TimeSpan.Zero),
        Url = $"https://ci.example.org/build/{id}",
        Finished = true,
    };

    internal static LogIdentity Log(Build build, string file = "job-output.txt", int generation = 1) =>
        new(build, file, $"https://logs.example.org/{build.Key.Id}/{file}", generation, Day);

    internal static IAsyncEnumerable<Chunk> Chunks(LogIdentity log, string text) =>
        new LogChunker(log, new LineRules { Reference = log.Build.FinishedAt })
            .ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), 0, null, default);

    /// <summary>Lines of words, quotes, backslashes, tabs and characters beyond ASCII; the same for the same seed.</summary>
    internal static string Text(int seed, int lines)
    {
        var random = new Random(seed);
        var text = new StringBuilder();
        for (var line = 0; line < lines; line++)
        {
            text.Append(random.Next(4) == 0 ? "2026-11-20T09:00:00.123456789Z ERROR " : "");
            for (var words = random.Next(12); words > 0; words--)
            {
                text.Append(random.GetItems(["error", "\"quoted\"", "C:\\temp", "a\tb", "größe", "失敗", "no space left", $"{random.Next(1000)}"], 1)[0]).Append(' ');
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    /// <summary>What lines a text has, when it needs no normalising.</summary>
    internal static string[] Lines(string text) => text.Split('\n')[..^1];

    internal static async Task<string[]> ReadAllAsync(ElasticLineSearch search, LogIdentity log) =>
        [.. (await search.ReadLinesAsync(log.Build.Key, log.File, 1, long.MaxValue, _ => { }, default).ToListAsync()).Select(line => Encoding.UTF8.GetString(line.Text.Span))];
}
