namespace Granary.Sources;

/// <summary>
/// Globs over a log's path: <c>*</c> and <c>?</c> within a folder, <c>**</c> across folders. One without <c>/</c> is about the
/// file's name in any folder. A compressed file answers to its name without <c>.gz</c> or <c>.zst</c> too.
/// </summary>
internal static class PathGlob
{
    public static bool Passes(IReadOnlyList<string> globs, string path) => globs.Count == 0 || globs.Any(glob => Matches(glob, path));

    public static bool Matches(string glob, string path) =>
        MatchesOne(glob, path) || (TextFiles.WithoutCompression(path) is var plain && plain.Length < path.Length && MatchesOne(glob, plain));

    private static bool MatchesOne(string glob, string path) =>
        glob.Contains('/') ? Match(glob.AsSpan().TrimStart('/'), path) : Match(glob, path.AsSpan(path.LastIndexOf('/') + 1));

    private static bool Match(ReadOnlySpan<char> glob, ReadOnlySpan<char> path)
    {
        // Two places to come back to: the last * (which stops at a slash) and the last ** (which does not).
        var (g, p, star, starAt, deep, deepAt) = (0, 0, -1, 0, -1, 0);
        while (p < path.Length || g < glob.Length)
        {
            if (g < glob.Length && glob[g..].StartsWith("**"))
            {
                g += glob[g..].StartsWith("**/") && (g == 0 || glob[g - 1] == '/') ? 3 : 2;
                (deep, deepAt, star) = (g, p, -1);
            }
            else if (g < glob.Length && glob[g] == '*')
            {
                (star, starAt) = (++g, p);
            }
            else if (g < glob.Length && p < path.Length && (glob[g] == path[p] || (glob[g] == '?' && path[p] != '/')))
            {
                (g, p) = (g + 1, p + 1);
            }
            else if (star >= 0 && starAt < path.Length && path[starAt] != '/')
            {
                (g, p) = (star, ++starAt);
            }
            else if (deep >= 0 && NextDeep(glob, path, deep, deepAt) is >= 0 and var next)
            {
                (g, p, star, deepAt) = (deep, next, -1, next);
            }
            else
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>After <c>**/</c> a match may begin only behind a slash; after a bare <c>**</c> anywhere. -1 for nowhere.</summary>
    private static int NextDeep(ReadOnlySpan<char> glob, ReadOnlySpan<char> path, int deep, int at)
    {
        if (glob[deep - 1] != '/')
        {
            return at < path.Length ? at + 1 : -1;
        }

        var slash = path[at..].IndexOf('/');
        return slash < 0 ? -1 : at + slash + 1;
    }
}
