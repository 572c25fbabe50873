using System.Text.Json.Nodes;
using Granary.Core.Model;
using Granary.Core.Queries;
using Granary.Core.Text;
using Granary.Elastic.Writing;

namespace Granary.Elastic.Searching;

/// <summary>
/// A query in the engine's language. Documents that are whole lines are told apart from parts of long lines: the former are decided by the
/// engine as far as it can, of the latter it finds those that may be hits, and the joined line decides.
/// </summary>
internal sealed class QueryTranslation
{
    private QueryTranslation(JsonObject query, bool exact, bool splitsLong) => (Query, IsExact, SplitsLong) = (query, exact, splitsLong);

    /// <summary>Fulfilled by every hit.</summary>
    internal JsonObject Query { get; }

    /// <summary>True if documents that are whole lines need not be verified.</summary>
    internal bool IsExact { get; }

    /// <summary>True if parts of long lines must be verified.</summary>
    internal bool SplitsLong { get; }

    /// <exception cref="QueryNotSupportedException">The query has a field that is not known.</exception>
    internal static QueryTranslation Of(QueryNode query)
    {
        var narrowed = Narrow(query, wholeLines: true);
        if (!LooksAtLine(query))
        {
            return new QueryTranslation(narrowed.QueryOrAll, narrowed.Exact, false);
        }

        var isLong = Dsl.Term(FieldNames.Long, true);
        var longLines = Narrowed.And([new Narrowed(isLong, true), Narrow(query, wholeLines: false), Begin(query)]);
        return new QueryTranslation(
            Dsl.Any(Dsl.Filter(narrowed.QueryOrAll, Dsl.Not(isLong)), longLines.QueryOrAll), narrowed.Exact, true);
    }

    /// <param name="query">The query or a part of it.</param>
    /// <param name="wholeLines">False: only what holds for each part of a long line is asked for.</param>
    private static Narrowed Narrow(QueryNode query, bool wholeLines) => query switch
    {
        AllNode => Narrowed.All,
        AndNode and => Narrowed.And([.. and.Operands.Select(operand => Narrow(operand, wholeLines))]),
        OrNode or => Narrowed.Or([.. or.Operands.Select(operand => Narrow(operand, wholeLines))]),
        NotNode not => Narrow(not.Operand, wholeLines).Not(),
        FieldNode field => Field(field),
        TimeNode time => Time(time),
        SeverityNode severity when wholeLines => OfSeverity(severity),
        PhraseNode phrase when wholeLines => TextNarrowing.Phrase(phrase),
        WildcardNode wildcard when wholeLines => TextNarrowing.Wildcard(wildcard),
        _ => Narrowed.Unknown,
    };

    private static bool LooksAtLine(QueryNode query) => query switch
    {
        AndNode and => and.Operands.Any(LooksAtLine),
        OrNode or => or.Operands.Any(LooksAtLine),
        NotNode not => LooksAtLine(not.Operand),
        _ => query is not (AllNode or FieldNode or TimeNode),
    };

    /// <summary>A hit is a part in which a match begins, unless the line can answer without any match.</summary>
    private static Narrowed Begin(QueryNode query)
    {
        if (CanHoldWithoutMatch(query, negated: false))
        {
            return Narrowed.Unknown;
        }

        var begins = new List<Narrowed>();
        AddBegins(query, negated: false, begins);
        return begins.Count == 0 ? Narrowed.Unknown : Narrowed.Or(begins);
    }

    private static bool CanHoldWithoutMatch(QueryNode query, bool negated) => query switch
    {
        AndNode and => negated ? and.Operands.Any(operand => CanHoldWithoutMatch(operand, true)) : and.Operands.All(operand => CanHoldWithoutMatch(operand, false)),
        OrNode or => negated ? or.Operands.All(operand => CanHoldWithoutMatch(operand, true)) : or.Operands.Any(operand => CanHoldWithoutMatch(operand, false)),
        NotNode not => CanHoldWithoutMatch(not.Operand, !negated),
        PhraseNode or WildcardNode or RegexNode => negated,
        _ => true,
    };

    private static void AddBegins(QueryNode query, bool negated, List<Narrowed> begins)
    {
        switch (query)
        {
            case AndNode and:
                foreach (var operand in and.Operands)
                {
                    AddBegins(operand, negated, begins);
                }

                break;
            case OrNode or:
                foreach (var operand in or.Operands)
                {
                    AddBegins(operand, negated, begins);
                }

                break;
            case NotNode not:
                AddBegins(not.Operand, !negated, begins);
                break;
            case PhraseNode phrase when !negated:
                begins.Add(TextNarrowing.PhraseBegin(phrase));
                break;
            case WildcardNode wildcard when !negated:
                begins.Add(TextNarrowing.WildcardBegin(wildcard));
                break;
            case RegexNode when !negated:
                begins.Add(Narrowed.Unknown);
                break;
        }
    }

    private static Narrowed Field(FieldNode node)
    {
        var (field, start) = QueryFieldNames.Of(node.Field);
        var pattern = new FieldPattern(node.Value);
        return new Narrowed(
            pattern.IsExact ? Dsl.Term(field, Folding.Fold(start) + pattern.Literals[0])
                : start.Length == 0 && pattern.Literals.All(literal => literal.Length == 0) ? Dsl.Exists(field)
                : Dsl.Wildcard(field, Dsl.Escape(Folding.Fold(start)) + string.Join('*', pattern.Literals.Select(Dsl.Escape))),
            true);
    }

    private static Narrowed OfSeverity(SeverityNode node)
    {
        var marked = Enum.GetValues<Severity>().Where(severity => severity != Severity.None && severity >= node.From && severity <= node.To).ToArray();
        var all = marked.Length == Enum.GetValues<Severity>().Length - 1;
        if (node.From > Severity.None)
        {
            return marked.Length == 0 ? Narrowed.None : new Narrowed(all ? Dsl.Exists(FieldNames.Level) : Dsl.Terms(FieldNames.Level, marked.Select(SeverityNames.Of)), true);
        }

        var none = Dsl.Not(Dsl.Exists(FieldNames.Level));
        return all ? Narrowed.All : new Narrowed(marked.Length == 0 ? none : Dsl.Any(none, Dsl.Terms(FieldNames.Level, marked.Select(SeverityNames.Of))), true);
    }

    private static Narrowed Time(TimeNode node)
    {
        if (node.From >= node.Until)
        {
            return Narrowed.None;
        }

        var queries = new List<JsonObject>();
        if (node.Until > 0)
        {
            JsonNode? from = node.From > 0 ? NanosText.Of(node.From) : null;
            JsonNode? before = node.Until < long.MaxValue ? NanosText.Of(node.Until) : null;
            queries.Add(from is null && before is null ? Dsl.Exists(FieldNames.Timestamp) : Dsl.Range(FieldNames.Timestamp, from, before));
        }

        if (node.From < 0)
        {
            queries.Add(Dsl.Range(FieldNames.EarlyTime, node.From, node.Until));
        }

        return new Narrowed(queries.Count == 1 ? queries[0] : Dsl.Any([.. queries]), true);
    }
}
