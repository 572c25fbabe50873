using System.Buffers;

namespace Granary.Core.Masking;

/// <summary>Secrets that are known by their surroundings. Each finds the one whose needle is at a given place.</summary>
internal static class Detectors
{
    private const int LongestUserInfo = 1024;

    private static readonly SearchValues<byte> AuthorityEnds = TokenShape.Bytes(" \t\"'`/?#<>\\,");
    private static readonly SearchValues<byte> SignatureBody = TokenShape.Bytes("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789%+/=_-");
    private static readonly SearchValues<byte> HookBody = TokenShape.Bytes("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/_-");

    /// <summary><c>scheme://user:secret@host</c> (RFC 3986, 3.2.1), or a lone user that is as long as a token.</summary>
    public static bool UserInfo(ReadOnlySpan<byte> text, int at, out MaskRange range)
    {
        range = default;
        var start = at + "://".Length;
        if (at == 0 || start >= text.Length || !TokenShape.IsWord(text, at - 1))
        {
            return false;
        }

        var authority = text[start..Math.Min(text.Length, start + LongestUserInfo)];
        var end = authority.IndexOfAny(AuthorityEnds);
        authority = end < 0 ? authority : authority[..end];
        var host = authority.LastIndexOf((byte)'@');
        if (host <= 0)
        {
            return false;
        }

        var user = authority[..host];
        var colon = user.IndexOf((byte)':');
        var secret = user[(colon + 1)..];
        range = new MaskRange(at - 1, start + colon + 1, start + host);
        return colon >= 0 ? !Assignments.IsReference(secret) : secret.Length >= 20 && TokenShape.Run(secret, TokenShape.Base64Url) == secret.Length;
    }

    /// <summary>A signed JSON Web Token (RFC 7515, 7.1): two JSON objects and a signature in base64url, with dots between.</summary>
    public static bool Jwt(ReadOnlySpan<byte> text, int at, out MaskRange range)
    {
        range = default;
        if (!text[at..].StartsWith("eyJ"u8) || !TokenStart.Is(text, at, TokenShape.Base64Url))
        {
            return false;
        }

        var dot = at + TokenShape.Run(text[at..], TokenShape.Base64Url);
        if (dot - at < 8 || !text[dot..].StartsWith(".eyJ"u8))
        {
            return false;
        }

        var end = dot + 1 + TokenShape.Run(text[(dot + 1)..], TokenShape.Dotted);
        range = new MaskRange(at, at, end);
        return true;
    }

    /// <summary>The path of a Slack webhook is its secret; <paramref name="at"/> is at <c>slack.com</c>.</summary>
    public static bool SlackHook(ReadOnlySpan<byte> text, int at, out MaskRange range)
    {
        range = default;
        var rest = text[at..];
        var path = rest.StartsWith("slack.com/services/"u8) ? "slack.com/services/".Length
            : rest.StartsWith("slack.com/workflows/"u8) ? "slack.com/workflows/".Length
            : 0;
        var length = path == 0 ? 0 : TokenShape.Run(rest[path..], HookBody);
        range = new MaskRange(at, at + path, at + path + length);
        return length >= 20;
    }

    /// <summary>The signature of an Azure shared access signature: <c>?sv=…&amp;sig=…</c>.</summary>
    public static bool Signature(ReadOnlySpan<byte> text, int at, out MaskRange range)
    {
        var start = at + "sig=".Length;
        var length = TokenShape.Run(text[start..], SignatureBody);
        range = new MaskRange(Math.Max(0, at - 1), start, start + length);
        return length >= 20 && at > 0 && text[at - 1] is (byte)'?' or (byte)'&' or (byte)';';
    }

    /// <summary>SendGrid's <c>SG.id.secret</c>.</summary>
    public static bool SendGrid(ReadOnlySpan<byte> text, int at, out MaskRange range)
    {
        range = default;
        if (!text[at..].StartsWith("SG."u8) || !TokenStart.Is(text, at, TokenShape.Word))
        {
            return false;
        }

        var dot = at + 3 + TokenShape.Run(text[(at + 3)..], TokenShape.Base64Url);
        if (dot - at < 19 || dot >= text.Length || text[dot] != '.')
        {
            return false;
        }

        var end = dot + 1 + TokenShape.Run(text[(dot + 1)..], TokenShape.Base64Url);
        range = new MaskRange(at, at, end);
        return end - dot > 16;
    }

    /// <summary><c>"auth": "…"</c> of a Docker configuration; <paramref name="at"/> is at its <c>uth"</c>.</summary>
    public static bool DockerAuth(ReadOnlySpan<byte> text, int at, out MaskRange range)
    {
        range = default;
        if (at < 2 || text[at - 1] != 'a' || text[at - 2] != '"')
        {
            return false;
        }

        var value = at + 3;
        while (value < text.Length && value < at + 16 && text[value] is (byte)'"' or (byte)'\\' or (byte)':' or (byte)' ')
        {
            value++;
        }

        var length = TokenShape.Run(text[value..], TokenShape.Base64);
        range = new MaskRange(at - 2, value, value + length);
        return length >= 12 && value < text.Length && text[(at + 3)..value].Contains((byte)':');
    }
}
