using System.Text;
using System.Text.RegularExpressions;

namespace Granary.Core.Tests.Lines;

/// <summary>The rules of a log's entries and chunks once more, in the plainest way: whole strings, split and replaced.</summary>
internal static partial class NaiveLines
{
    private const int Segment = 65_536;

    public static List<string> Entries(byte[] log, Func<string, string>? mask = null)
    {
        var entries = new List<string>();
        var text = Encoding.UTF8.GetString(log.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? log.AsSpan(3) : log);
        var lines = text.Split('\n').ToList();
        if (lines[^1].Length == 0)
        {
            lines.RemoveAt(lines.Count - 1);
        }

        foreach (var line in lines)
        {
            var mark = "";
            foreach (var part in Kept(Ansi().Replace(line, match => BeyondBound(match.Value))).SelectMany(segment => Parts(mask?.Invoke(segment) ?? segment)))
            {
                entries.Add(mark + part);
                mark = "+";
            }
        }

        return entries;
    }

    public static List<string> Chunks(List<string> entries)
    {
        var chunks = new List<string>();
        var chunk = new StringBuilder();
        int bytes = 0, count = 0;
        foreach (var entry in entries.Select(entry => entry.StartsWith('+') ? entry[1..] : entry))
        {
            var size = Encoding.UTF8.GetByteCount(entry) + 1;
            if (bytes + size > 262_144 || count == 16_384)
            {
                chunks.Add(chunk.ToString());
                chunk.Clear();
                (bytes, count) = (0, 0);
            }

            chunk.Append(entry).Append('\n');
            (bytes, count) = (bytes + size, count + 1);
        }

        if (count > 0)
        {
            chunks.Add(chunk.ToString());
        }

        return chunks;
    }

    /// <summary>A sequence is taken for one up to 4096 bytes after its ESC.</summary>
    private static string BeyondBound(string sequence)
    {
        var bytes = Encoding.UTF8.GetBytes(sequence);
        var end = Math.Min(bytes.Length, 4097);
        while (end < bytes.Length && (bytes[end] & 0xC0) == 0x80)
        {
            end++;
        }

        return Encoding.UTF8.GetString(bytes.AsSpan(end));
    }

    private static List<string> Kept(string line)
    {
        var kept = new List<string>();
        var last = "";
        foreach (var segment in line.Split('\r').Where(segment => segment.Length > 0))
        {
            last = segment;
            if (Encoding.UTF8.GetByteCount(segment) > Segment)
            {
                kept.Add(segment);
                last = "";
            }
        }

        if (last.Length > 0 || kept.Count == 0)
        {
            kept.Add(last);
        }

        return kept;
    }

    private static IEnumerable<string> Parts(string segment)
    {
        var part = new StringBuilder();
        var bytes = 0;
        foreach (var rune in segment.EnumerateRunes())
        {
            if (bytes + rune.Utf8SequenceLength > 32_768)
            {
                yield return part.ToString();
                part.Clear();
                bytes = 0;
            }

            part.Append(rune);
            bytes += rune.Utf8SequenceLength;
        }

        yield return part.ToString();
    }

    [GeneratedRegex(@"\x1b(?:\[[\x20-\x3f]*[\x40-\x7e]?|[\]PX^_][^\x1b\r\x07]*\x07?|[\x20-\x2f]*[\x30-\x7e]?)")]
    private static partial Regex Ansi();
}
