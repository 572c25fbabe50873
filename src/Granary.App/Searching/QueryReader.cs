using Granary.Core.Model;
using Granary.Core.Queries;

namespace Granary.App.Searching;

/// <summary>Turns what a user typed into one query: the text, the options beside it, and source names into ids.</summary>
public sealed class QueryReader(IReadOnlyList<SourceDefinition> sources, TimeProvider time)
{
    /// <exception cref="QueryException">The text or an option is not understood.</exception>
    public QueryNode Read(string text, SearchFilters filters)
    {
        var nodes = new List<QueryNode> { QueryParser.Parse(text, time.GetUtcNow()) };
        Add(nodes, filters.Sources, "source");
        Add(nodes, filters.Jobs, "job");
        AddTime(nodes, "since", filters.Since);
        AddTime(nodes, "until", filters.Until);
        var whole = nodes.Count == 1 ? nodes[0] : new AndNode([.. nodes.Where(node => node is not AllNode)]);
        return WithIds(whole is AndNode { Operands.Count: 1 } single ? single.Operands[0] : whole);
    }

    /// <summary>False where the query can be read without knowing any source.</summary>
    public static bool MayNameSource(string text, SearchFilters filters) =>
        filters.Sources.Count > 0 || text.Contains("source", StringComparison.OrdinalIgnoreCase);

    private static void Add(List<QueryNode> nodes, IReadOnlyList<string> values, string field)
    {
        if (values.Count > 0)
        {
            var fields = values.Select(value => (QueryNode)new FieldNode(field, value)).ToList();
            nodes.Add(fields.Count == 1 ? fields[0] : new OrNode(fields));
        }
    }

    private void AddTime(List<QueryNode> nodes, string field, string? value)
    {
        if (value is not null)
        {
            var node = QueryParser.Parse($"{field}:\"{value.Replace("\"", "", StringComparison.Ordinal)}\"", time.GetUtcNow());
            nodes.Add(node);
        }
    }

    private QueryNode WithIds(QueryNode node) => node switch
    {
        FieldNode { Field: "source" } field => field with { Value = IdOf(field.Value) },
        AndNode and => new AndNode([.. and.Operands.Select(WithIds)]),
        OrNode or => new OrNode([.. or.Operands.Select(WithIds)]),
        NotNode not => new NotNode(WithIds(not.Operand)),
        _ => node,
    };

    private string IdOf(string name) =>
        sources.FirstOrDefault(source => string.Equals(source.Name, name, StringComparison.OrdinalIgnoreCase))?.Id ?? name;
}
