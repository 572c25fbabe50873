namespace Granary.Core.Queries.Matching;

/// <summary>Stands where a field test is, until the log is known.</summary>
internal sealed class FieldClause(int test) : Clause
{
    internal override bool Holds(in LineView line) => throw new InvalidOperationException("the query's fields are not decided yet");

    internal override Clause Decided(ReadOnlySpan<bool> outcomes) => ConstantClause.Of(outcomes[test]);
}
