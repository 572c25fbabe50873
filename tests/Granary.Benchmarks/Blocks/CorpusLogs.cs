using Granary.Core.Chunks;
using Granary.Core.Lines;
using Granary.Core.Model;

namespace Granary.Benchmarks.Blocks;

/// <summary>The corpus as builds, as many times as wanted; from the second copy on every digit differs, so that no copy is like another.</summary>
internal sealed class CorpusLogs(string folder)
{
    private static readonly DateTimeOffset Finish = new(2025, 3, 4, 12, 0, 0, TimeSpan.Zero);

    private readonly List<(string Name, byte[] Text)> files = Read(folder);

    public long Bytes => files.Sum(file => (long)file.Text.Length);

    /// <summary>Chunks of <paramref name="copies"/> copies; line <c>plant</c>ed words stand in a few places.</summary>
    public async IAsyncEnumerable<Chunk> ChunksAsync(int copies, int firstCopy = 0)
    {
        for (var copy = firstCopy; copy < firstCopy + copies; copy++)
        {
            foreach (var (name, text) in files)
            {
                var log = LogOf(copy, name);
                var chunker = new LogChunker(log, new LineRules { Reference = log.Build.FinishedAt });
                await foreach (var chunk in chunker.ReadAsync(new MemoryStream(Vary(text, copy)), 0, null, CancellationToken.None))
                {
                    yield return chunk;
                }
            }
        }
    }

    private static LogIdentity LogOf(int copy, string name)
    {
        // Ten copies a day: a new index day every 600 MB or so.
        var finish = Finish.AddDays(copy / 10).AddSeconds(copy);
        var build = new Build
        {
            Key = new BuildKey("corpus", $"{copy:D6}-{name}"), Job = name, Finished = true, FinishedAt = finish, Result = "FAILURE",
        };
        return new LogIdentity(build, "live.log", $"https://ci.example/{copy}/{name}", 1, DateOnly.FromDateTime(finish.UtcDateTime));
    }

    /// <summary>The copy of a log, as long as it.</summary>
    internal static byte[] Vary(byte[] text, int copy)
    {
        if (copy == 0)
        {
            return text;
        }

        var varied = (byte[])text.Clone();
        var planted = System.Text.Encoding.ASCII.GetBytes($"planted{copy:D5}needle of copper wire\n");
        var random = new Random(copy);
        var digits = "0123456789"u8.ToArray();
        random.Shuffle(digits);
        for (var index = 1; index < varied.Length; index++)
        {
            // The first digit of a number stays, so that most times stay times; the mapping is one for the copy, as its logs repeat.
            if (char.IsAsciiDigit((char)varied[index]) && char.IsAsciiDigit((char)text[index - 1]))
            {
                varied[index] = digits[varied[index] - '0'];
            }
        }

        var at = Array.IndexOf(varied, (byte)'\n', random.Next(varied.Length - 2000)) + 1;
        if (at > 0 && at + planted.Length < varied.Length)
        {
            planted.CopyTo(varied, at);
        }

        return varied;
    }

    private static List<(string Name, byte[] Text)> Read(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*.gz").Order(StringComparer.Ordinal).Select(path => (Path.GetFileName(path), CorpusFile.Read(path)))];
}
