namespace Granary.Core.Queries.Matching;

/// <summary>A term that is looked for in the folded text of the line.</summary>
internal abstract class TextClause : Clause
{
    internal override bool ReadsText => true;

    /// <summary>The first match that begins at <paramref name="from"/> or later.</summary>
    internal abstract bool Find(ReadOnlySpan<byte> folded, int from, out int start, out int end);

    internal override bool Holds(in LineView line) => Find(line.Folded, 0, out _, out _);

    internal override void AddPositive(List<TextClause> terms, bool negated)
    {
        if (!negated)
        {
            terms.Add(this);
        }
    }
}
