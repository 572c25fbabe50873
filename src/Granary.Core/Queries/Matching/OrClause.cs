namespace Granary.Core.Queries.Matching;

internal sealed class OrClause(IReadOnlyList<Clause> operands) : Clause
{
    private readonly Clause[] operands = [.. operands.OrderBy(operand => operand.ReadsText)];

    internal override bool ReadsText => operands.Any(operand => operand.ReadsText);

    internal override bool Holds(in LineView line)
    {
        foreach (var operand in operands)
        {
            if (operand.Holds(line))
            {
                return true;
            }
        }

        return false;
    }

    internal override Clause Decided(ReadOnlySpan<bool> outcomes)
    {
        var left = new List<Clause>();
        foreach (var operand in operands)
        {
            var decided = operand.Decided(outcomes);
            if (decided == ConstantClause.Always)
            {
                return decided;
            }

            if (decided != ConstantClause.Never)
            {
                left.Add(decided);
            }
        }

        return left.Count switch
        {
            0 => ConstantClause.Never,
            1 => left[0],
            _ => new OrClause(left),
        };
    }

    internal override void AddPositive(List<TextClause> terms, bool negated)
    {
        foreach (var operand in operands)
        {
            operand.AddPositive(terms, negated);
        }
    }

    internal override IReadOnlyList<FoldedNeedle>? Needles()
    {
        var needles = operands.Select(operand => operand.Needles()).ToList();
        return needles.Contains(null) ? null : [.. needles.SelectMany(some => some!)];
    }
}
