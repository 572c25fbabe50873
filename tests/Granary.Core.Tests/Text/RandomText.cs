using System.Text;

namespace Granary.Core.Tests.Text;

/// <summary>Short random text over an alphabet small enough for queries to hit, with the letters whose case is awkward.</summary>
internal static class RandomText
{
    private static readonly string[] Pieces =
    [
        "a", "b", "A", "B", "k", "K", "i", "I", "_", "7", " ", " ", "-", "/", ".", "*", "\t", "\u0130", "\u212A", "\u0301", "é", "É",
        "中", "文", "ß", "\u1E9E", "\u023A", "\u2C65", "ш", "Ш", "σ", "Σ", "ς", "😀", "\U00010400", "\U00010428", "\u2160", "\uFFFD", "error",
        "Error", "disk", "a.b", "k-i",
    ];

    internal static string Line(Random random, int most = 40)
    {
        var text = new StringBuilder();
        var onlyAscii = random.Next(3) == 0;
        for (var left = random.Next(most); left > 0; left--)
        {
            var piece = Pieces[random.Next(Pieces.Length)];
            text.Append(onlyAscii && !Ascii.IsValid(piece) ? "x" : piece);
        }

        if (random.Next(50) == 0)
        {
            text.Append(random.Next(2) == 0 ? ' ' : 'q').Append(random.Next(2) == 0 ? 'L' : '中', 300).Append('.');
        }

        return text.ToString();
    }
}
