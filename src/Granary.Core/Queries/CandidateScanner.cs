using System.Runtime.CompilerServices;
using Granary.Core.Queries.Matching;

namespace Granary.Core.Queries;

/// <summary>
/// Finds in a text of many lines the places whose lines may match, by a vectorised search for a literal that every matching line
/// has. Lines without such a place do not match; the others are for <see cref="LineMatcher.Matches"/> to decide. Each line must
/// stand whole in the text: the parts of a long line are joined, or taken for candidates.
/// </summary>
public ref struct CandidateScanner
{
    internal const int MaxNeedles = 8;

    private readonly ReadOnlySpan<byte> text;
    private readonly FoldedNeedle[]? needles;
    private readonly bool care;
    private Places places;

    internal CandidateScanner(ReadOnlySpan<byte> text, FoldedNeedle[]? needles)
    {
        this.text = text;
        this.needles = needles;
        care = needles is not null && needles.Any(needle => needle.CareMatters) && FoldedNeedle.NeedsCare(text);
        ((Span<int>)places).Fill(-1);
    }

    /// <summary>
    /// The next offset at <paramref name="from"/> or later that may lie in a matching line; -1 where there is none. Ask on from
    /// behind the line in which it lies: <paramref name="from"/> must not go back. Where the query has no literal to search for,
    /// it is <paramref name="from"/> itself, up to the end of the text.
    /// </summary>
    public int Next(int from)
    {
        if (from >= text.Length)
        {
            return -1;
        }

        if (needles is null)
        {
            return from;
        }

        var nearest = int.MaxValue;
        for (var index = 0; index < needles.Length; index++)
        {
            if (places[index] < from)
            {
                var found = needles[index].IndexIn(text, from, care);
                places[index] = found < 0 ? int.MaxValue : found;
            }

            nearest = Math.Min(nearest, places[index]);
        }

        return nearest == int.MaxValue ? -1 : nearest;
    }

    [InlineArray(MaxNeedles)]
    private struct Places
    {
        private int place;
    }
}
