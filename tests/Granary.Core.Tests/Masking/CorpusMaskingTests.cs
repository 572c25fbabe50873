using System.IO.Compression;
using Granary.Core.Lines;
using Granary.Core.Masking;
using Granary.Core.Tests.Lines;

namespace Granary.Core.Tests.Masking;

/// <summary>Over real build logs, which hold no secrets: the folder that GRANARY_CORPUS names.</summary>
public sealed class CorpusMaskingTests
{
    [Fact]
    public void Of_a_hundred_thousand_clean_lines_at_most_one_is_masked()
    {
        var folder = Environment.GetEnvironmentVariable("GRANARY_CORPUS");
        Assert.SkipUnless(Directory.Exists(folder), "GRANARY_CORPUS names no folder");
        long lines = 0;
        var masked = new List<string>();
        foreach (var path in Directory.GetFiles(folder, "*.gz").Order())
        {
            var plain = Entries(path, new LineRules { Hash = false });
            var clean = Entries(path, new LineRules { Hash = false, Masker = new Masker() });
            clean.Count.ShouldBe(plain.Count, path);
            lines += plain.Count;
            masked.AddRange(plain.Zip(clean).Where(pair => pair.First != pair.Second).Select(pair => pair.Second));
        }

        masked.Count.ShouldBeLessThanOrEqualTo((int)(lines / 100_000), string.Join('\n', masked.Take(20)));
    }

    private static List<string> Entries(string path, LineRules rules)
    {
        using var file = File.OpenRead(path);
        using var content = new GZipStream(file, CompressionMode.Decompress);
        return [.. Logs.ReadAll(new LogChunker(Logs.Identity, rules), content).SelectMany(chunk => chunk.Entries())];
    }
}
