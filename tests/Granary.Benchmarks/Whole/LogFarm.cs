using System.Text;

namespace Granary.Benchmarks.Whole;

/// <summary>
/// Makes a folder of logs that no index has seen: copies of the corpus in which hex ids, long numbers and times of day differ copy by copy, with
/// marks planted at random lines.
/// </summary>
internal static class LogFarm
{
    /// <summary>Different marks; each is planted up to ten times.</summary>
    public const int Marks = 1000;

    private const int HitsEach = 10;

    public static int Prepare(string corpus, string folder, int copies)
    {
        Directory.CreateDirectory(folder);
        var logs = Directory.GetFiles(corpus, "*.gz").Order().Select(path => (Name: Path.GetFileNameWithoutExtension(path), Text: CorpusFile.Read(path))).ToList();
        var random = new Random(42);
        var plan = Enumerable.Range(0, Marks * HitsEach)
            .Select(n => (Mark: n / HitsEach, Copy: random.Next(copies), Log: random.Next(logs.Count), At: random.NextDouble()))
            .ToLookup(one => (one.Copy, one.Log));
        for (var copy = 0; copy < copies; copy++)
        {
            var map = Map(new Random(copy));
            for (var log = 0; log < logs.Count; log++)
            {
                var text = Vary(logs[log].Text, map);
                using var file = File.Create(Path.Combine(folder, $"{copy:d3}-{logs[log].Name}"));
                Plant(file, text, plan[(copy, log)].OrderBy(one => one.At).Select(one => (one.Mark, one.At)));
            }
        }

        return 0;
    }

    /// <summary>A line with a word, a phrase of common words that stand nowhere else so, and a literal for wildcards.</summary>
    public static string MarkLine(int mark) =>
        $"planted rareword{mark:d4}x then {PhraseOf(mark)} and /tmp/needle-{mark:d4}-haystack.log";

    /// <summary>Two common words and a number, in an order that the logs do not have.</summary>
    public static string PhraseOf(int mark) => $"error directory {mark:d4} process";

    private static void Plant(FileStream file, byte[] text, IEnumerable<(int Mark, double At)> marks)
    {
        var done = 0;
        foreach (var (mark, at) in marks)
        {
            var end = text.AsSpan((int)(text.Length * at)).IndexOf((byte)'\n') + (int)(text.Length * at) + 1;
            if (end <= done)
            {
                continue;
            }

            file.Write(text, done, end - done);
            file.Write(Encoding.UTF8.GetBytes(MarkLine(mark) + "\n"));
            done = end;
        }

        file.Write(text, done, text.Length - done);
    }

    /// <summary>Other digits for digits and other letters for a to f.</summary>
    private static byte[] Map(Random random)
    {
        var map = Enumerable.Range(0, 256).Select(b => (byte)b).ToArray();
        var (digits, letters) = ("0123456789"u8.ToArray(), "abcdef"u8.ToArray());
        random.Shuffle(digits);
        random.Shuffle(letters);
        digits.CopyTo(map, (int)'0');
        letters.CopyTo(map, (int)'a');
        return map;
    }

    /// <summary>Runs of at least seven hex digits, or four digits, are ids, sizes and addresses: they change; words do not.</summary>
    private static byte[] Vary(byte[] text, byte[] map)
    {
        var varied = (byte[])text.Clone();
        for (var i = 0; i < text.Length;)
        {
            var (end, digits) = (i, 0);
            while (end < text.Length && (char.IsAsciiDigit((char)text[end]) || (text[end] >= 'a' && text[end] <= 'f')))
            {
                digits += char.IsAsciiDigit((char)text[end]) ? 1 : 0;
                end++;
            }

            if ((end - i >= 7 && digits > 0) || (end - i >= 4 && digits == end - i))
            {
                for (var k = i; k < end; k++)
                {
                    varied[k] = map[text[k]];
                }
            }

            i = Math.Max(end, i + 1);
        }

        return varied;
    }
}
