namespace Granary.Core.Queries.Matching;

/// <summary>A compiled part of a query. Immutable, shared by threads and by the residues for different logs.</summary>
internal abstract class Clause
{
    internal abstract bool Holds(in LineView line);

    /// <summary>The clause that is left once the fields are decided: <paramref name="outcomes"/>[i] is that of field test i.</summary>
    internal virtual Clause Decided(ReadOnlySpan<bool> outcomes) => this;

    /// <summary>Adds the text terms that make lines match by being there, not those under a negation.</summary>
    internal virtual void AddPositive(List<TextClause> terms, bool negated)
    {
    }

    /// <summary>Literals of which every matching line has at least one; null where there is no such set.</summary>
    internal virtual IReadOnlyList<FoldedNeedle>? Needles() => null;

    /// <summary>True if the line's text decides anything.</summary>
    internal virtual bool ReadsText => false;
}
