using System.Buffers;
using System.Text;

namespace Granary.Core.Masking;

/// <summary>A token that is known by its prefix: what may follow, and how much of it.</summary>
/// <param name="Detector">Whose token.</param>
/// <param name="Prefix">The exact start.</param>
/// <param name="Body">Bytes that may follow.</param>
/// <param name="Least">At least so many of them.</param>
/// <param name="Exact">Exactly so many.</param>
internal sealed record TokenShape(string Detector, string Prefix, SearchValues<byte> Body, int Least, bool Exact = false)
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const string Digits = "0123456789";

    public static readonly SearchValues<byte> Alphanumeric = Bytes(Letters + Digits);
    public static readonly SearchValues<byte> Word = Bytes(Letters + Digits + "_");
    public static readonly SearchValues<byte> Base64Url = Bytes(Letters + Digits + "_-");
    public static readonly SearchValues<byte> Dotted = Bytes(Letters + Digits + "_-.");
    public static readonly SearchValues<byte> Base64 = Bytes(Letters + Digits + "+/=");
    private static readonly SearchValues<byte> Dashed = Bytes(Letters + Digits + "-");
    private static readonly SearchValues<byte> Upper = Bytes("ABCDEFGHIJKLMNOPQRSTUVWXYZ" + Digits);
    private static readonly SearchValues<byte> Hex = Bytes(Digits + "abcdef");

    /// <summary>Formats as their makers document them; lengths are what is issued, or a little less.</summary>
    public static readonly TokenShape[] All =
    [
        .. Each("GitHub", Word, 30, "ghp_", "gho_", "ghs_", "ghu_", "ghr_"),
        new("GitHub", "github_pat_", Word, 22),
        .. Each("GitLab", Dotted, 20, "glpat-", "gldt-", "glrt-", "glcbt-", "glptt-", "glft-", "glimt-", "glagent-", "glsoat-", "glffct-", "gloas-"),
        new("AWS", "AKIA", Upper, 16, Exact: true),
        new("AWS", "ASIA", Upper, 16, Exact: true),
        new("GCP", "AIza", Base64Url, 35),
        new("GCP", "ya29.", Dotted, 20),
        .. Each("Slack", Dashed, 10, "xoxa-", "xoxb-", "xoxe-", "xoxo-", "xoxp-", "xoxr-", "xoxs-"),
        new("Slack", "xapp-", Dashed, 20),
        new("npm", "npm_", Alphanumeric, 30),
        new("PyPI", "pypi-", Base64Url, 50),
        new("Docker", "dckr_pat_", Base64Url, 20),
        .. Each("Stripe", Alphanumeric, 16, "sk_live_", "rk_live_", "whsec_"),
        new("Twilio", "SK", Hex, 32, Exact: true),
        .. Each("HashiCorp", Base64Url, 24, "hvs.", "hvb.", "hvr."),
        new("OpenAI", "sk-proj-", Base64Url, 20),
        new("Anthropic", "sk-ant-", Base64Url, 20),
        new("DigitalOcean", "dop_v1_", Hex, 64),
        new("Shopify", "shpat_", Hex, 32),
        new("Hugging Face", "hf_", Alphanumeric, 30),
        new("age", "AGE-SECRET-KEY-1", Upper, 50),
    ];

    /// <summary>The four bytes to look for: of a short prefix, with what can follow.</summary>
    public byte[] Needle => [.. (Prefix + (Body == Hex ? "%%%" : "???"))[..NeedleProbe.Size].Select(c => (byte)c)];

    /// <summary>The token's end where one begins at <paramref name="at"/>; negative where none does.</summary>
    public int End(ReadOnlySpan<byte> text, int at)
    {
        if (!StartsWith(text[at..], Prefix) || !TokenStart.Is(text, at, Word))
        {
            return -1;
        }

        var start = at + Prefix.Length;
        var length = Run(text[start..], Body);
        return length < Least || (Exact && (length > Least || IsWord(text, start + length))) ? -1 : start + length;
    }

    /// <summary>How many bytes at the start are all of a set.</summary>
    public static int Run(ReadOnlySpan<byte> text, SearchValues<byte> set)
    {
        var end = text.IndexOfAnyExcept(set);
        return end < 0 ? text.Length : end;
    }

    public static SearchValues<byte> Bytes(string ascii) => SearchValues.Create(Encoding.ASCII.GetBytes(ascii));

    public static bool IsWord(ReadOnlySpan<byte> text, int at) => at < text.Length && Word.Contains(text[at]);

    private static bool StartsWith(ReadOnlySpan<byte> text, string prefix)
    {
        if (text.Length < prefix.Length)
        {
            return false;
        }

        for (var i = 0; i < prefix.Length; i++)
        {
            if (text[i] != prefix[i])
            {
                return false;
            }
        }

        return true;
    }

    private static IEnumerable<TokenShape> Each(string detector, SearchValues<byte> body, int least, params string[] prefixes) =>
        prefixes.Select(prefix => new TokenShape(detector, prefix, body, least));
}
