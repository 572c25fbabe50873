namespace Granary.Elastic;

/// <summary>Where the engine is, and how it is written and read. <see cref="Validated"/> checks and completes it.</summary>
public sealed record ElasticOptions
{
    /// <summary>Base addresses of the cluster's nodes; tried in turn when one does not answer. User and password in one become <see cref="Auth"/>.</summary>
    public required IReadOnlyList<Uri> Urls { get; init; }

    public ElasticAuth? Auth { get; init; }

    /// <summary>A PEM file with the certificates of the only authorities to trust; null: those of the system.</summary>
    public string? CaFile { get; init; }

    /// <summary>The start of every index's and template's name: lower-case letters, digits, <c>-</c>, <c>_</c>; at most 100.</summary>
    public string Prefix { get; init; } = "granary";

    /// <summary>Primary shards of each index made from now on, 1 to 1024.</summary>
    public int Shards { get; init; } = 1;

    /// <summary>Copies of each shard, 0 to 10.</summary>
    public int Replicas { get; init; }

    /// <summary>How long the engine may keep lines back from searches.</summary>
    public TimeSpan RefreshInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>True: lines can be searched once they are acknowledged. Costs the engine a refresh for each request.</summary>
    public bool WaitSearchable { get; init; }

    /// <summary>
    /// True: positions of words are indexed, and phrases answered from them. False: a fifth less disk, but the engine reads the text of every
    /// line that has a phrase's words. Applies to indices made from now on; docs/elastic.md has the figures.
    /// </summary>
    public bool Positions { get; init; } = true;

    /// <summary>
    /// How indices made from now on compress what they store, as the engine calls it; it may refuse one. Every build of either engine knows
    /// the usual one; docs/elastic.md says why it is usual.
    /// </summary>
    public string Codec { get; init; } = "best_compression";

    /// <summary>Whether request bodies are compressed; null: where the engine is not on a loopback address.</summary>
    public bool? Compress { get; init; }

    /// <summary>Bytes of a request's body at which it is sent, before compression: 64 KiB to 64 MiB. A chunk more may be in it.</summary>
    public int BatchBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>Most requests under way, 1 to 64; how many there are follows from the engine's answers.</summary>
    public int MaxInFlight { get; init; } = 4;

    /// <summary>How long an incomplete batch waits for more.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>For one request to be answered.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>For deleting and other work that takes the engine long.</summary>
    public TimeSpan LongTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long writing goes on to be tried without any success before it is given up as unavailable.</summary>
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The first pause before something is sent again; doubled each time up to 64-fold, and varied.</summary>
    public TimeSpan FirstBackOff { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Days after which <see cref="ElasticIndexWriter.ApplyRetentionAsync"/> deletes an index; null: never.</summary>
    public int? RetentionDays { get; init; }

    /// <summary>True if every address is a loopback one.</summary>
    internal bool IsLoopback => Urls.All(url => url.IsLoopback);

    internal bool Compresses => Compress ?? !IsLoopback;

    /// <summary>Options that hold together, user info moved out of the addresses.</summary>
    /// <exception cref="ArgumentException">One of them is out of its range; the message names it and shows no secret.</exception>
    public ElasticOptions Validated()
    {
        Require(Urls.Count > 0, nameof(Urls), "wants at least one address");
        foreach (var url in Urls)
        {
            Require(url.IsAbsoluteUri && url.Scheme is "http" or "https", nameof(Urls), "wants http or https addresses");
            Require(url.Query.Length == 0 && url.Fragment.Length == 0, nameof(Urls), "wants addresses without ? and #");
        }

        Require(Prefix.Length is > 0 and <= 100 && char.IsAsciiLetterLower(Prefix[0]) && Prefix.All(IsPrefixCharacter), nameof(Prefix),
            "wants a lower-case letter, then lower-case letters, digits, - and _; at most 100");
        Require(Shards is >= 1 and <= 1024, nameof(Shards), "wants 1 to 1024");
        Require(Replicas is >= 0 and <= 10, nameof(Replicas), "wants 0 to 10");
        Require(Codec.Length > 0 && Codec.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character == '_'), nameof(Codec),
            "wants a name such as best_compression or zstd");
        Require(RefreshInterval >= TimeSpan.FromMilliseconds(100), nameof(RefreshInterval), "wants at least 100 ms");
        Require(BatchBytes is >= 64 * 1024 and <= 64 * 1024 * 1024, nameof(BatchBytes), "wants 65536 to 67108864");
        Require(MaxInFlight is >= 1 and <= 64, nameof(MaxInFlight), "wants 1 to 64");
        Require(Linger >= TimeSpan.Zero, nameof(Linger), "must not be negative");
        Require(RequestTimeout > TimeSpan.Zero && LongTimeout >= RequestTimeout, nameof(RequestTimeout), "wants to be positive and at most LongTimeout");
        Require(GiveUpAfter > TimeSpan.Zero, nameof(GiveUpAfter), "must be positive");
        Require(FirstBackOff > TimeSpan.Zero, nameof(FirstBackOff), "must be positive");
        Require(RetentionDays is null or > 0, nameof(RetentionDays), "wants at least 1");
        Require(CaFile is null || File.Exists(CaFile), nameof(CaFile), "is not there");
        return this with { Urls = [.. Urls.Select(WithoutUser)], Auth = Auth ?? Urls.Select(UserOf).FirstOrDefault(auth => auth is not null) };
    }

    private static bool IsPrefixCharacter(char character) =>
        char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character is '-' or '_';

    private static Uri WithoutUser(Uri url) => new UriBuilder(url) { UserName = "", Password = "", Path = url.AbsolutePath.TrimEnd('/') + "/" }.Uri;

    private static ElasticAuth? UserOf(Uri url)
    {
        var parts = url.UserInfo.Split(':', 2);
        return url.UserInfo.Length == 0 ? null
            : ElasticAuth.Basic(Uri.UnescapeDataString(parts[0]), parts.Length == 2 ? Uri.UnescapeDataString(parts[1]) : "");
    }

    private static void Require(bool holds, string name, string wanted)
    {
        if (!holds)
        {
            throw new ArgumentException($"{name} {wanted}", name);
        }
    }

    /// <summary>The hosts and the prefix; no secret.</summary>
    public override string ToString() => $"{string.Join(", ", Urls.Select(url => url.Authority))} {Prefix}";
}
