namespace Granary.Core.Queries.Matching;

/// <summary>Every line, or none.</summary>
internal sealed class ConstantClause : Clause
{
    internal static readonly ConstantClause Always = new(true);
    internal static readonly ConstantClause Never = new(false);

    private readonly bool value;

    private ConstantClause(bool value) => this.value = value;

    internal static ConstantClause Of(bool value) => value ? Always : Never;

    internal override bool Holds(in LineView line) => value;
}
