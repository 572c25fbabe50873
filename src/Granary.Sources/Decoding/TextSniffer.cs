using System.Buffers;
using System.Text;

namespace Granary.Sources.Decoding;

/// <summary>
/// Tells by a file's first bytes whether it is text. A log may hold a stray NUL, bytes that are not UTF-8 (Latin-1, Shift-JIS), or
/// control characters (a terminal's, or separators of fields); an archive, a program or UTF-16 is something else, and so is what holds
/// many of both, as compressed and encrypted data do.
/// </summary>
internal static class TextSniffer
{
    // Fewer NULs than these are strays of a program that wrote a buffer's rest.
    private const int FewNuls = 4;
    private const int TextBytesPerNul = 32;

    // Of random bytes, one in ten is a control character that no text has, and two in five are no UTF-8.
    private const int FewOdd = 4;
    private const int TextBytesPerOdd = 32;

    /// <summary>C0 and DEL, without what terminals and line printers are sent: bell, backspace, white space, escape.</summary>
    private static readonly SearchValues<byte> Controls = SearchValues.Create(
        [.. Enumerable.Range(0, 32).Append(127).Select(code => (byte)code).Where(code => code is not (>= 7 and <= 13 or 27))]);

    /// <summary>Why these are not a text's first bytes; null where they may be.</summary>
    public static string? WhyNotText(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith((ReadOnlySpan<byte>)[0xff, 0xfe]) || head.StartsWith((ReadOnlySpan<byte>)[0xfe, 0xff]))
        {
            return "not text: UTF-16";
        }

        if (KnownFormat(head) is { } format)
        {
            return $"not text: {format}";
        }

        var nuls = head.Count((byte)0);
        return (nuls >= FewNuls && nuls * TextBytesPerNul > head.Length) || (IsMany(CountControls(head), head.Length) && IsMany(CountNotUtf8(head), head.Length))
            ? "not text: binary data"
            : null;
    }

    private static bool IsMany(int odd, int length) => odd >= FewOdd && odd * TextBytesPerOdd > length;

    private static int CountControls(ReadOnlySpan<byte> head)
    {
        var count = 0;
        for (int next; (next = head.IndexOfAny(Controls)) >= 0; head = head[(next + 1)..])
        {
            count++;
        }

        return count;
    }

    private static int CountNotUtf8(ReadOnlySpan<byte> head)
    {
        var count = 0;
        while (!head.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(head, out _, out var length) != OperationStatus.Done)
            {
                count += length;
            }

            head = head[length..];
        }

        return count;
    }

    private static string? KnownFormat(ReadOnlySpan<byte> head) =>
        head.StartsWith("\x7f"u8) && head.Length > 4 && head[1..4].SequenceEqual("ELF"u8) ? "a program"
        : head.StartsWith("PK\x03\x04"u8) || head.StartsWith("PK\x05\x06"u8) ? "a zip archive"
        : head.StartsWith((ReadOnlySpan<byte>)[0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0]) ? "xz data"
        : head.Length > 3 && head.StartsWith("BZh"u8) && head[3] is >= (byte)'1' and <= (byte)'9' ? "bzip2 data"
        : head.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G']) ? "an image"
        : head.StartsWith((ReadOnlySpan<byte>)[0xff, 0xd8, 0xff]) || head.StartsWith("GIF8"u8) ? "an image"
        : head.StartsWith("%PDF-"u8) ? "a PDF"
        : head.StartsWith("LPKSHHRH"u8) ? "a journal file"
        : head.StartsWith("SQLite format 3\0"u8) ? "a database"
        : null;
}
