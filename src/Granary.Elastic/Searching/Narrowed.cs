using System.Text.Json.Nodes;

namespace Granary.Elastic.Searching;

/// <summary>An engine query that every matching document fulfils.</summary>
/// <param name="Query">The query; null: every document.</param>
/// <param name="Exact">True if no other document fulfils it.</param>
internal sealed record Narrowed(JsonObject? Query, bool Exact)
{
    /// <summary>Every document matches.</summary>
    internal static readonly Narrowed All = new(null, true);

    /// <summary>The engine cannot tell.</summary>
    internal static readonly Narrowed Unknown = new(null, false);

    /// <summary>No document matches.</summary>
    internal static Narrowed None => new(new JsonObject { ["match_none"] = new JsonObject() }, true);

    internal JsonObject QueryOrAll => Query ?? new JsonObject { ["match_all"] = new JsonObject() };

    internal static Narrowed And(IReadOnlyList<Narrowed> operands)
    {
        var queries = operands.Where(operand => operand.Query is not null).Select(operand => operand.Query!).ToArray();
        var exact = operands.All(operand => operand.Exact);
        return queries.Length switch
        {
            0 => new Narrowed(null, exact),
            1 => new Narrowed(queries[0], exact),
            _ => new Narrowed(Dsl.Filter(queries), exact),
        };
    }

    internal static Narrowed Or(IReadOnlyList<Narrowed> operands)
    {
        if (operands.Any(operand => operand.Query is null))
        {
            return operands.Contains(All) ? All : Unknown;
        }

        return operands.Count == 1 ? operands[0] : new Narrowed(Dsl.Any([.. operands.Select(operand => operand.Query!)]), operands.All(operand => operand.Exact));
    }

    internal Narrowed Not() => !Exact ? Unknown : Query is null ? None : new Narrowed(Dsl.Not(Query), true);
}
