using System.Text;
using Granary.Core.Chunks;
using Granary.Core.Model;
using Granary.Core.Queries;

namespace Granary.Blocks.Tests;

/// <summary>Logs and queries from a seed: few words, so that queries hit; some lines longer than a part, and than a chunk.</summary>
internal sealed class RandomLogs(int seed)
{
    private static readonly string[] Words =
    [
        "error", "Disk", "no", "space", "left", "on", "device", "alpha_1", "x9f3", "Ünïcode", "日本", "WARNING", "exit", "code", "137", "0",
    ];

    private static readonly string[] Gaps = [" ", " ", " ", ": ", "/", ", ", " = ", "-"];

    private readonly Random random = new(seed);

    public async Task<List<Chunk>> ChunksAsync(int builds, int days)
    {
        var chunks = new List<Chunk>();
        for (var build = 0; build < builds; build++)
        {
            var finish = TestLogs.Finish.AddDays(-random.Next(days)).AddMinutes(random.Next(100));
            foreach (var file in random.Next(3) == 0 ? new[] { "a.txt", "b.txt" } : ["a.txt"])
            {
                var log = TestLogs.Log($"b{random.Next(1000):D3}-{build}", file, 1, finish, random.Next(2) == 0 ? "unit" : "lint");
                chunks.AddRange(await TestLogs.ChunksAsync(log, Text()));
            }
        }

        return chunks;
    }

    public QueryNode Query(int depth = 2) => random.Next(depth > 0 ? 10 : 6) switch
    {
        0 or 1 => new PhraseNode([Word()]),
        2 => new PhraseNode([Word(), Word()]),
        3 => new WildcardNode([Piece()], true, true),
        4 => new WildcardNode([Piece(), Piece()], true, true),
        5 => random.Next(4) switch
        {
            0 => new FieldNode("job", random.Next(2) == 0 ? "unit" : "lint"),
            1 => new SeverityNode(Severity.Warning, Severity.Critical),
            2 => new TimeNode(Nanoseconds(random.Next(-3000, 200)), Nanoseconds(random.Next(200, 400))),
            _ => new PhraseNode(["nowhere_to_be_found"]),
        },
        6 or 7 => new AndNode([Query(depth - 1), Query(depth - 1)]),
        8 => new OrNode([Query(depth - 1), Query(depth - 1)]),
        _ => new NotNode(Query(depth - 1)),
    };

    private static long Nanoseconds(int minutes) => TestLogs.Finish.AddMinutes(minutes).ToUnixTimeMilliseconds() * 1_000_000;

    private string Text()
    {
        var text = new StringBuilder();
        for (var line = random.Next(1, 400); line > 0; line--)
        {
            if (random.Next(8) == 0)
            {
                text.Append(TestLogs.Finish.AddSeconds(random.Next(-9000, 9000)).ToString("yyyy-MM-ddTHH:mm:ssZ ", null));
            }

            // Most lines are short; a few span parts, fewer span chunks.
            var words = random.Next(600) switch { 0 => 60_000, < 4 => 9_000, _ => random.Next(12) };
            for (; words > 0; words--)
            {
                text.Append(random.Next(40) == 0 ? random.Next().ToString("x", null) : Words[random.Next(Words.Length)]);
                text.Append(Gaps[random.Next(Gaps.Length)]);
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    private string Word() => Words[random.Next(Words.Length)].ToLowerInvariant();

    private string Piece()
    {
        var word = Word() + Gaps[random.Next(Gaps.Length)] + Word();
        var start = random.Next(word.Length - 1);
        return word.Substring(start, random.Next(1, Math.Min(6, word.Length - start)));
    }
}
