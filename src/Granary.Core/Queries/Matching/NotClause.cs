namespace Granary.Core.Queries.Matching;

internal sealed class NotClause(Clause operand) : Clause
{
    internal override bool ReadsText => operand.ReadsText;

    internal override bool Holds(in LineView line) => !operand.Holds(line);

    internal override Clause Decided(ReadOnlySpan<bool> outcomes)
    {
        var decided = operand.Decided(outcomes);
        return decided switch
        {
            ConstantClause constant => ConstantClause.Of(constant == ConstantClause.Never),
            _ => decided == operand ? this : new NotClause(decided),
        };
    }

    internal override void AddPositive(List<TextClause> terms, bool negated) => operand.AddPositive(terms, !negated);
}
