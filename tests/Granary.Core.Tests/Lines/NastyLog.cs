using System.Text;

namespace Granary.Core.Tests.Lines;

/// <summary>Random logs made of what line readers trip over.</summary>
internal static class NastyLog
{
    private static readonly byte[][] Pieces =
    [
        "\n"u8.ToArray(), "\n"u8.ToArray(), "\r\n"u8.ToArray(), "\r"u8.ToArray(), "\r\r\n"u8.ToArray(), "\n\n\n"u8.ToArray(),
        "\u001b[31mred\u001b[0m"u8.ToArray(), "\u001b["u8.ToArray(), "\u001b]0;title\u0007"u8.ToArray(), "\u001b]8;;x\u001b\\"u8.ToArray(),
        "\u001b"u8.ToArray(), "\u001b_bk;t=1\u0007"u8.ToArray(), "\u001b(B"u8.ToArray(), "\u001b[12"u8.ToArray(), "\u001b]"u8.ToArray(),
        "\u001b[K"u8.ToArray(), "é\u0085\u2028"u8.ToArray(), "日本語"u8.ToArray(), "😀"u8.ToArray(), [0xFF], [0xC3], [0xE2, 0x82], [0xF0, 0x9F, 0x98],
        [0xED, 0xA0, 0x80], [0xC0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x80], [0xEF, 0xBB, 0xBF], [0x00], [0x9B], [0x07],
        "2024-01-02 03:04:05.678901 | "u8.ToArray(), "plain words"u8.ToArray(), "error: no"u8.ToArray(), " "u8.ToArray(), "#"u8.ToArray(),
    ];

    private static readonly int[] Sizes = [1, 80, 300, 4_000, 32_767, 32_768, 32_769, 65_535, 65_536, 65_537, 98_304, 131_072, 300_000];

    public static byte[] Make(Random random)
    {
        var log = new List<byte>();
        var pieces = random.Next(0, 120);
        var large = random.Next(4) == 0 ? 3 : 0;
        for (var i = 0; i < pieces; i++)
        {
            log.AddRange(Pieces[random.Next(Pieces.Length)]);
            if (large > 0 && random.Next(12) == 0)
            {
                large--;
                log.AddRange(Run(random, Sizes[random.Next(Sizes.Length)]));
            }
        }

        return [.. log];
    }

    /// <summary>About so many bytes of one code point repeated, so that cuts fall inside it.</summary>
    private static byte[] Run(Random random, int size)
    {
        var unit = Encoding.UTF8.GetBytes(new[] { "x", "é", "語", "😀", "ab", "\n" }[random.Next(6)]);
        var run = new byte[Math.Max(1, size / unit.Length) * unit.Length];
        for (var i = 0; i < run.Length; i++)
        {
            run[i] = unit[i % unit.Length];
        }

        return run;
    }
}
