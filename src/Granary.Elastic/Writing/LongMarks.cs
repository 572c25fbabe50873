using System.Buffers;
using System.Text;
using Granary.Core.Chunks;
using Granary.Core.Text;
using Granary.Elastic.Templates;

namespace Granary.Elastic.Writing;

/// <summary>Marks entries whose tokens the engine may see otherwise than they are in the whole line.</summary>
internal static class LongMarks
{
    /// <summary>An entry no longer than this (bytes), and no part of a line, needs no mark.</summary>
    internal const int ShortestLong = TemplateBodies.LongestToken;

    /// <summary>A last token longer than this (bytes) is not looked for over the end of its part.</summary>
    internal const int LongestTail = 256;

    /// <summary>ASCII that is in no token.</summary>
    private static readonly SearchValues<byte> Apart =
        SearchValues.Create([.. Enumerable.Range(0, 128).Select(value => (byte)value).Where(value => !char.IsAsciiLetterOrDigit((char)value) && value != '_')]);

    /// <summary>Writes the marks, in our own object; nothing where there is no need.</summary>
    internal static int Write(ReadOnlySpan<byte> entry, int part, bool continued, Span<byte> room)
    {
        // A line in parts has a first part that is full, or one whose continuation is known here.
        var inParts = part > 0 || continued || entry.Length > Chunk.MaxEntryBytes - 4;
        if (!inParts && !HasOverlongToken(entry))
        {
            return 0;
        }

        var written = Copy(",\"long\":true"u8, room);
        var tail = inParts ? Tail(entry) : default;
        if (!tail.IsEmpty)
        {
            Span<byte> folded = stackalloc byte[Folding.MaxLength(LongestTail)];
            var length = Folding.Fold(tail, folded);
            written += Copy(",\"tail\":\""u8, room[written..]);
            written += Copy(folded[..length], room[written..]);
            room[written++] = (byte)'"';
        }

        return written;
    }

    private static ReadOnlySpan<byte> Tail(ReadOnlySpan<byte> entry)
    {
        if (!TokenClasses.IsTokenBefore(entry, entry.Length))
        {
            return default;
        }

        var start = Math.Max(0, entry.Length - LongestTail - 8);
        var end = entry[start..];
        ReadOnlySpan<byte> last = default;
        foreach (var token in new TokenEnumerator(end))
        {
            last = token;
        }

        return last.Length <= LongestTail ? last : default;
    }

    private static bool HasOverlongToken(ReadOnlySpan<byte> entry)
    {
        if (!CanHaveOverlongToken(entry))
        {
            return false;
        }

        foreach (var token in new TokenEnumerator(entry))
        {
            if (token.Length > TemplateBodies.LongestToken && Encoding.UTF8.GetCharCount(token) > TemplateBodies.LongestToken)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A token of more bytes than that reaches over a place which is a multiple of them: only there it is looked for.</summary>
    private static bool CanHaveOverlongToken(ReadOnlySpan<byte> entry)
    {
        const int Step = TemplateBodies.LongestToken;
        for (var at = 0; at < entry.Length; at += Step)
        {
            var after = entry[at..].IndexOfAny(Apart);
            var end = after < 0 ? entry.Length : at + after;
            var start = entry[..at].LastIndexOfAny(Apart) + 1;
            if (end - start > Step)
            {
                return true;
            }

            at = Math.Max(at, end - (end % Step));
        }

        return false;
    }

    private static int Copy(ReadOnlySpan<byte> bytes, Span<byte> room)
    {
        bytes.CopyTo(room);
        return bytes.Length;
    }
}
