namespace Granary.Core.Queries.Matching;

/// <summary>Makes clauses of a tree; gathers its field tests, to be decided a log at a time.</summary>
internal sealed class QueryCompiler
{
    internal List<FieldTest> Fields { get; } = [];

    /// <exception cref="QueryNotSupportedException">The query has a regular expression.</exception>
    internal Clause Compile(QueryNode node) => node switch
    {
        AllNode => ConstantClause.Always,
        AndNode and => new AndClause([.. and.Operands.Select(Compile)]),
        OrNode or => new OrClause([.. or.Operands.Select(Compile)]),
        NotNode not => new NotClause(Compile(not.Operand)),
        PhraseNode phrase => new PhraseClause(phrase),
        WildcardNode wildcard => new WildcardClause(wildcard),
        SeverityNode severity => new SeverityClause(severity.From, severity.To),
        TimeNode time => new TimeClause(time.From, time.Until),
        FieldNode field => CompileField(field),
        RegexNode regex => throw new QueryNotSupportedException($"regular expressions are not yet supported: /{regex.Pattern}/"),
        _ => throw new QueryNotSupportedException($"{node.GetType().Name} is not supported"),
    };

    private FieldClause CompileField(FieldNode node)
    {
        if (!QueryFields.IsField(node.Field))
        {
            throw new QueryNotSupportedException($"unknown field {node.Field}");
        }

        Fields.Add(new FieldTest(node));
        return new FieldClause(Fields.Count - 1);
    }
}
