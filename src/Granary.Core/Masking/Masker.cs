using System.Text;

namespace Granary.Core.Masking;

/// <summary>
/// Finds secrets in lines, for all logs of a source. Made once and shared: what a log carries from line to line is
/// <see cref="LineMask"/>'s. Detectors: tokens by prefix (GitHub, GitLab, AWS, GCP, Slack, npm, PyPI, Docker, Stripe, Twilio,
/// SendGrid, HashiCorp, OpenAI, Anthropic, DigitalOcean, Shopify, Hugging Face, age), JSON Web Tokens, private keys in PEM and
/// OpenPGP armour, user information in URLs, Slack webhooks, Azure signatures and keys, Docker auth, values assigned to names
/// such as <c>*_TOKEN</c>, <c>*_PASSWORD</c>, <c>*_SECRET</c>, <c>*_KEY</c>, Authorization headers, and the source's own
/// credentials. Each secret becomes eight asterisks.
/// </summary>
public sealed class Masker
{
    /// <summary>Raised whenever the same line would be masked otherwise.</summary>
    public const int Version = 3;

    /// <summary>Bytes of the shortest credential that is looked for: a shorter one would blot out ordinary words.</summary>
    public const int ShortestCredential = 6;

    /// <summary>Bytes of the longest credential.</summary>
    public const int LongestCredential = 16 * 1024;

    // A secret that begins inside another is looked at only so near to its end: else a line of nothing but names, each with
    // the rest of the line for its value, would take time by its length squared.
    private const int Overlap = 4096;

    private readonly byte[][] credentials;
    private readonly List<(Kind Kind, TokenShape? Shape)> needles = [];
    private readonly NeedleProbe probe;
    private readonly NeedleProbe? credentialProbe;

    /// <param name="credentials">
    /// What the source itself logs in with, masked wherever it stands. Those below <see cref="ShortestCredential"/> are not
    /// looked for.
    /// </param>
    /// <exception cref="ArgumentException">One is longer than <see cref="LongestCredential"/> or has a line end.</exception>
    public Masker(IEnumerable<string>? credentials = null)
    {
        this.credentials = [.. (credentials ?? []).Select(Encoding.UTF8.GetBytes).Where(secret => secret.Length >= ShortestCredential)];
        if (this.credentials.Any(secret => secret.Length > LongestCredential || secret.AsSpan().ContainsAny((byte)'\n', (byte)'\r')))
        {
            throw new ArgumentException($"a credential is of one line and at most {LongestCredential} bytes", nameof(credentials));
        }

        var patterns = new List<byte[]>();
        Add(patterns, Kind.UserInfo, "://?");
        Add(patterns, Kind.Jwt, "eyJ?");
        Add(patterns, Kind.PrivateKey, "BEGI");
        Add(patterns, Kind.SlackHook, "slac");
        Add(patterns, Kind.Signature, "sig=");
        Add(patterns, Kind.SendGrid, "SG.?");
        Add(patterns, Kind.DockerAuth, "uth\"", "uth\\");
        Add(patterns, Kind.Authorization, "oriz");
        Add(patterns, Kind.Bearer, "eare");
        Add(patterns, Kind.Assignment, Assignments.Needles);
        foreach (var shape in TokenShape.All)
        {
            patterns.Add(shape.Needle);
            needles.Add((Kind.Token, shape));
        }

        if (this.credentials.Length > 0)
        {
            credentialProbe = new NeedleProbe([.. this.credentials.Select(Needle)]);
        }

        probe = new NeedleProbe(patterns);
    }

    private enum Kind
    {
        UserInfo,
        Jwt,
        PrivateKey,
        SlackHook,
        Signature,
        SendGrid,
        DockerAuth,
        Authorization,
        Bearer,
        Assignment,
        Token,
    }

    /// <summary>What masks one log's lines, in order.</summary>
    internal LineMask Open() => new(this);

    /// <summary>The first place from which on a secret may begin or be named; negative: the text is clean.</summary>
    internal int Probe(ReadOnlySpan<byte> text, int from)
    {
        var at = probe.Find(text, from, out _);
        if (credentialProbe is null)
        {
            return at;
        }

        var other = credentialProbe.Find(at < 0 ? text : text[..Math.Min(text.Length, at + NeedleProbe.Size)], from, out _);
        return other < 0 ? at : other;
    }

    /// <summary>Adds the secrets of a text, in no order; they may overlap.</summary>
    /// <returns>True where a private key's block is left open.</returns>
    internal bool Find(ReadOnlySpan<byte> text, List<MaskRange> found)
    {
        FindCredentials(text, found);
        var (open, covered) = (false, 0);
        for (var at = probe.Find(text, 0, out var needle); at >= 0; at = probe.Find(text, at + 1, out needle))
        {
            var (kind, shape) = needles[needle];
            MaskRange range;
            if (covered - at > Overlap)
            {
                continue;
            }

            if (kind == Kind.PrivateKey)
            {
                if (!PrivateKeys.Begins(text, at, out var body))
                {
                    continue;
                }

                range = PrivateKeys.Inline(text, at, body, out var closed);
                open |= !closed;
            }
            else if (!Detect(kind, shape, text, at, out range))
            {
                continue;
            }

            if (range.End > range.Start)
            {
                found.Add(range);
                covered = Math.Max(covered, range.End);
            }
        }

        return open;
    }

    private static bool Detect(Kind kind, TokenShape? shape, ReadOnlySpan<byte> text, int at, out MaskRange range)
    {
        switch (kind)
        {
            case Kind.UserInfo:
                return Detectors.UserInfo(text, at, out range);
            case Kind.Jwt:
                return Detectors.Jwt(text, at, out range);
            case Kind.SlackHook:
                return Detectors.SlackHook(text, at, out range);
            case Kind.Signature:
                return Detectors.Signature(text, at, out range);
            case Kind.SendGrid:
                return Detectors.SendGrid(text, at, out range);
            case Kind.DockerAuth:
                return Detectors.DockerAuth(text, at, out range);
            case Kind.Authorization:
                return Assignments.TryFindAuthorization(text, at, out range);
            case Kind.Bearer:
                return Assignments.TryFindBearer(text, at, out range);
            case Kind.Assignment:
                return Assignments.TryFind(text, at, out range);
            default:
                range = new MaskRange(at, at, shape!.End(text, at));
                return range.End >= 0;
        }
    }

    private void FindCredentials(ReadOnlySpan<byte> text, List<MaskRange> found)
    {
        for (var at = credentialProbe?.Find(text, 0, out _) ?? -1; at >= 0; at = credentialProbe!.Find(text, at + 1, out _))
        {
            foreach (var secret in credentials)
            {
                if (text[at..].StartsWith(secret))
                {
                    found.Add(new MaskRange(at, at, at + secret.Length));
                }
            }
        }
    }

    /// <summary>A credential's first bytes; one that would have a meaning to the probe is left open.</summary>
    private static byte[] Needle(byte[] secret) =>
        [.. secret.Take(NeedleProbe.Size).Select(value => value == NeedleProbe.Hex ? NeedleProbe.Any : value)];

    private void Add(List<byte[]> patterns, Kind kind, params string[] texts)
    {
        foreach (var text in texts)
        {
            patterns.Add(Encoding.ASCII.GetBytes(text));
            needles.Add((kind, null));
        }
    }
}
