using System.Text;

namespace Granary.Core.Queries.Requirements;

/// <summary>Says what an index can look up before it reads lines.</summary>
public static class QueryRequirements
{
    /// <summary>
    /// The requirement of a query. Negations and regular expressions require nothing; the literals of a wildcard are
    /// required each for itself, without their order.
    /// </summary>
    public static Requirement Of(QueryNode query) => query switch
    {
        AndNode and => All(and.Operands.Select(Of)),
        OrNode or => Any([.. or.Operands.Select(Of)]),
        PhraseNode phrase => OfPhrase(phrase),
        WildcardNode wildcard => All(wildcard.Literals.Select(literal => new SubstringRequirement(Encoding.UTF8.GetBytes(literal)))),
        FieldNode field => new FieldRequirement(field.Field, new FieldPattern(field.Value)),
        TimeNode time => new TimeRequirement(time.From, time.Until),
        SeverityNode severity => new SeverityRequirement(severity.From, severity.To),
        _ => AnyLineRequirement.Instance,
    };

    private static Requirement OfPhrase(PhraseNode phrase)
    {
        var tokens = phrase.Tokens.Select(token => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(token)).ToArray();
        var pairs = tokens.Skip(1).Select((token, index) => new TokenPairRequirement(tokens[index], token));
        return All([.. tokens.Select(token => new TokenRequirement(token)), .. pairs]);
    }

    private static Requirement All(IEnumerable<Requirement> operands)
    {
        var flat = operands
            .SelectMany(operand => operand is AllRequirement all ? all.Operands : [operand])
            .Where(operand => operand is not AnyLineRequirement)
            .ToArray();
        return flat.Length switch
        {
            0 => AnyLineRequirement.Instance,
            1 => flat[0],
            _ => new AllRequirement(flat),
        };
    }

    private static Requirement Any(Requirement[] operands) => operands switch
    {
        _ when operands.Any(operand => operand is AnyLineRequirement) => AnyLineRequirement.Instance,
        [var single] => single,
        _ => new AnyRequirement(operands),
    };
}
