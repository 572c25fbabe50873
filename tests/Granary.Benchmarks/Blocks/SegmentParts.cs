using Granary.Blocks.Format;

namespace Granary.Benchmarks.Blocks;

/// <summary>What the parts of segments weigh.</summary>
internal static class SegmentParts
{
    public static string Describe(string folder, long raw)
    {
        long blocks = 0, tokens = 0, pairs = 0, trigrams = 0, pages = 0, all = 0;
        var segments = 0;
        foreach (var path in Directory.EnumerateFiles(folder, "*.seg"))
        {
            using var segment = new SegmentReader(path);
            var directory = segment.Directory;
            blocks += directory.Blocks.Sum(block => (long)block.Stored);
            tokens += directory.Tokens.Length;
            pairs += directory.Pairs.Length;
            trigrams += directory.Trigrams.Length;
            pages += directory.Pages.Sum(page => (long)page.Stored);
            all += new FileInfo(path).Length;
            segments++;
        }

        string Part(string name, long bytes) => $"{name} {100.0 * bytes / raw:F2}%";
        return $"{segments} segments: {Part("blocks", blocks)}, {Part("tokens", tokens)}, {Part("pairs", pairs)}, "
            + $"{Part("trigrams", trigrams)}, {Part("pages of logs", pages)}, {Part("rest", all - blocks - tokens - pairs - trigrams - pages)}";
    }
}
