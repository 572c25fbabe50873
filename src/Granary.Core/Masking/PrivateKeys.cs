using System.Buffers;

namespace Granary.Core.Masking;

/// <summary>
/// Private keys in PEM (RFC 7468) and OpenPGP (RFC 9580, 6.2) armour. BEGIN and END lines stay, what is between goes. A line
/// between may have a logger's prefix, so it is judged by its last word.
/// </summary>
internal static class PrivateKeys
{
    private const int LongestLabel = 48;
    private const int LeastBody = 32;
    private const int LeastInline = 16;

    private static readonly SearchValues<byte> WordStarts = TokenShape.Bytes(" \t\"'|>");

    private static ReadOnlySpan<byte> End => "-----END "u8;

    /// <summary>What a line between BEGIN and END is.</summary>
    public enum Line
    {
        /// <summary>Key material.</summary>
        Body,

        /// <summary>A header of the armour, or nothing.</summary>
        Header,

        /// <summary>It ends the block.</summary>
        End,

        /// <summary>Something else got between.</summary>
        Other,
    }

    /// <summary>Whether a private key begins here; <paramref name="at"/> is at <c>BEGIN</c>. Its armour ends at <paramref name="body"/>.</summary>
    public static bool Begins(ReadOnlySpan<byte> text, int at, out int body)
    {
        body = 0;
        if (at < 5 || !text[(at - 5)..at].SequenceEqual("-----"u8) || !text[at..].StartsWith("BEGIN "u8))
        {
            return false;
        }

        var label = text[(at + 6)..Math.Min(text.Length, at + 6 + LongestLabel)];
        var length = label.IndexOf("-----"u8);
        if (length < 0 || !(label[..length].EndsWith("PRIVATE KEY"u8) || label[..length].EndsWith("PRIVATE KEY BLOCK"u8)))
        {
            return false;
        }

        body = at + 6 + length + 5;
        return true;
    }

    /// <summary>Key material on the line that begins the block. <paramref name="closed"/>: the block ends on it too.</summary>
    public static MaskRange Inline(ReadOnlySpan<byte> text, int at, int body, out bool closed)
    {
        var end = text[body..].IndexOf(End);
        closed = end >= 0;
        end = closed ? body + end : text.Length;
        var start = body;
        while (start < end && start < body + 8 && text[start] is (byte)'\\' or (byte)'n' or (byte)'r' or (byte)'"' or (byte)'\'' or (byte)' ')
        {
            start++;
        }

        // A header of an encrypted key stands before its body: all of it goes.
        var secret = TokenShape.Run(text[start..end], TokenShape.Base64) >= LeastInline || (closed && end - start >= LeastBody);
        return secret ? new MaskRange(Math.Max(0, at - 5), start, end) : default;
    }

    /// <summary>Judges a line after BEGIN. <paramref name="afterBody"/>: the one before was key material.</summary>
    public static Line Judge(ReadOnlySpan<byte> text, bool afterBody, out int end)
    {
        end = text.IndexOf(End);
        if (end >= 0)
        {
            return Line.End;
        }

        var word = LastWord(text);
        if (word.IsEmpty || text.IndexOf("Proc-Type:"u8) >= 0 || text.IndexOf("DEK-Info:"u8) >= 0
            || text.IndexOf("Version:"u8) >= 0 || text.IndexOf("Comment:"u8) >= 0)
        {
            return Line.Header;
        }

        var isBase64 = TokenShape.Run(word, TokenShape.Base64) == word.Length;
        var last = afterBody && (word.Length % 4 == 0 || (word.Length == 5 && word[0] == '='));
        return isBase64 && (word.Length >= LeastBody || last) ? Line.Body : Line.Other;
    }

    /// <summary>Key material right before END, where a line has both.</summary>
    public static int BodyBefore(ReadOnlySpan<byte> text, int end)
    {
        var start = end;
        while (start > 0 && TokenShape.Base64.Contains(text[start - 1]))
        {
            start--;
        }

        return start;
    }

    private static ReadOnlySpan<byte> LastWord(ReadOnlySpan<byte> text)
    {
        text = text.TrimEnd(" \t\"',;"u8);
        while (text.EndsWith("\\n"u8) || text.EndsWith("\\r"u8))
        {
            text = text[..^2];
        }

        text = text.TrimEnd("\\"u8);
        return text[(text.LastIndexOfAny(WordStarts) + 1)..];
    }
}
