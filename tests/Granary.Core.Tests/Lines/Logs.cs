using System.Text;
using Granary.Core.Chunks;
using Granary.Core.Lines;
using Granary.Core.Model;

namespace Granary.Core.Tests.Lines;

internal static class Logs
{
    public static readonly LogIdentity Identity = new(
        new Build { Key = new BuildKey("s", "b", 1), Job = "j", Finished = true }, "job.txt", "http://ci/job.txt", 1, new DateOnly(2026, 1, 2));

    /// <summary>Fuzz loops run for this long instead of their fixed number of rounds.</summary>
    public static TimeSpan FuzzTime { get; } =
        TimeSpan.FromSeconds(int.TryParse(Environment.GetEnvironmentVariable("GRANARY_FUZZ_SECONDS"), out var seconds) ? seconds : 0);

    public static List<ReadChunk> Read(
        byte[] log, LineRules? rules = null, Random? random = null, int offset = 0, Checkpoint? from = null, int longest = 700) =>
        ReadAll(new LogChunker(Identity, rules ?? new LineRules()), new ChoppyStream(log[offset..], random, longest: longest), offset, from);

    public static List<ReadChunk> ReadAll(LogChunker chunker, Stream content, long offset = 0, Checkpoint? from = null) =>
        chunker.ReadAsync(content, offset, from, CancellationToken.None).ToBlockingEnumerable().Select(ReadChunk.From).ToList();

    /// <summary>The entries of a log, those that continue a line marked with +.</summary>
    public static string[] Entries(byte[] log, LineRules? rules = null, Random? random = null) =>
        [.. Read(log, rules, random).SelectMany(chunk => chunk.Entries())];

    public static string[] Entries(string log) => Entries(Encoding.UTF8.GetBytes(log));

    /// <summary>Fails with the first difference, cut short: whole lists of long lines help nobody.</summary>
    public static void ShouldBeAlike(IEnumerable<string?> actual, IEnumerable<string?> expected, string context)
    {
        var (left, right) = (actual.ToList(), expected.ToList());
        for (var i = 0; i < Math.Min(left.Count, right.Count); i++)
        {
            if (left[i] != right[i])
            {
                var at = left[i]!.Zip(right[i]!).TakeWhile(pair => pair.First == pair.Second).Count();
                Assert.Fail($"{context}: item {i} differs at {at}: {Excerpt(left[i]!, at)} should be {Excerpt(right[i]!, at)}");
            }
        }

        left.Count.ShouldBe(right.Count, context);
    }

    private static string Excerpt(string text, int at)
    {
        var start = Math.Max(0, at - 20);
        return $"({text.Length}) {text.AsSpan(start, Math.Min(text.Length - start, 60))}";
    }
}
