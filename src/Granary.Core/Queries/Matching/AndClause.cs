namespace Granary.Core.Queries.Matching;

internal sealed class AndClause(IReadOnlyList<Clause> operands) : Clause
{
    /// <summary>What needs no text first: it is decided by a comparison.</summary>
    private readonly Clause[] operands = [.. operands.OrderBy(operand => operand.ReadsText)];

    internal override bool ReadsText => operands.Any(operand => operand.ReadsText);

    internal override bool Holds(in LineView line)
    {
        foreach (var operand in operands)
        {
            if (!operand.Holds(line))
            {
                return false;
            }
        }

        return true;
    }

    internal override Clause Decided(ReadOnlySpan<bool> outcomes)
    {
        var left = new List<Clause>();
        foreach (var operand in operands)
        {
            var decided = operand.Decided(outcomes);
            if (decided == ConstantClause.Never)
            {
                return decided;
            }

            if (decided != ConstantClause.Always)
            {
                left.Add(decided);
            }
        }

        return left.Count switch
        {
            0 => ConstantClause.Always,
            1 => left[0],
            _ => new AndClause(left),
        };
    }

    internal override void AddPositive(List<TextClause> terms, bool negated)
    {
        foreach (var operand in operands)
        {
            operand.AddPositive(terms, negated);
        }
    }

    internal override IReadOnlyList<FoldedNeedle>? Needles() => operands
        .Select(operand => operand.Needles())
        .Where(needles => needles is not null)
        .MaxBy(needles => needles!.Min(needle => needle.Rarity));
}
