using Granary.Core.Queries;

namespace Granary.Blocks.Reading;

/// <summary>What a query looks at besides text; where it does not, times and severities need not be read from the lines.</summary>
internal sealed record QueryShape(bool Times, bool Severities)
{
    public static QueryShape Of(QueryNode query) => new(Has<TimeNode>(query), Has<SeverityNode>(query));

    private static bool Has<T>(QueryNode node) => node switch
    {
        T => true,
        AndNode and => and.Operands.Any(Has<T>),
        OrNode or => or.Operands.Any(Has<T>),
        NotNode not => Has<T>(not.Operand),
        _ => false,
    };
}
