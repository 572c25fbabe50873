namespace Granary.Sources;

/// <summary>Names where <c>*</c> stands for any characters; the whole name must match, with its case.</summary>
internal static class NameGlob
{
    /// <summary>An empty list lets everything pass; a missing name passes no other.</summary>
    public static bool Passes(IReadOnlyList<string> patterns, string? name) =>
        patterns.Count == 0 || (name is not null && patterns.Any(pattern => Matches(pattern, name)));

    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        var (p, n, star, resume) = (0, 0, -1, 0);
        while (n < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                (star, resume) = (p++, n);
            }
            else if (p < pattern.Length && pattern[p] == name[n])
            {
                (p, n) = (p + 1, n + 1);
            }
            else if (star >= 0)
            {
                (p, n) = (star + 1, ++resume);
            }
            else
            {
                return false;
            }
        }

        return pattern[p..].TrimStart('*').IsEmpty;
    }
}
