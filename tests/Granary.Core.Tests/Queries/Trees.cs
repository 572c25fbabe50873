using Granary.Core.Model;
using Granary.Core.Queries;
using Granary.Core.Tests.Text;

namespace Granary.Core.Tests.Queries;

/// <summary>Query trees for tests: a full description to compare them by, and random ones in the form that the parser makes.</summary>
internal static class Trees
{
    internal static readonly DateTimeOffset Now = new(2026, 11, 21, 10, 0, 0, TimeSpan.Zero);

    internal static QueryNode Parse(string query) => QueryParser.Parse(query, Now);

    internal static string Describe(QueryNode node) => node switch
    {
        AllNode => "all",
        AndNode and => $"and({string.Join(", ", and.Operands.Select(Describe))})",
        OrNode or => $"or({string.Join(", ", or.Operands.Select(Describe))})",
        NotNode not => $"not({Describe(not.Operand)})",
        PhraseNode phrase => $"[{string.Join(' ', phrase.Tokens)}]",
        WildcardNode wild => $"{(wild.OpenStart ? "<" : "|")}{string.Join("~", wild.Literals)}{(wild.OpenEnd ? ">" : "|")}",
        RegexNode regex => $"regex({regex.Pattern}){(regex.IgnoreCase ? "i" : "")}",
        FieldNode field => $"{field.Field}={field.Value}",
        SeverityNode severity => $"severity({severity.From}..{severity.To})",
        TimeNode time => $"time({time.From}..{time.Until})",
        _ => throw new ArgumentException(node.ToString()),
    };

    internal static QueryNode Random(Random random, int depth, bool onlyLines = false) => (depth > 0 ? random.Next(8) : 7) switch
    {
        0 or 1 => And(random, depth, onlyLines),
        2 or 3 => new OrNode([.. Distinct(random, depth, onlyLines, typeof(OrNode))]),
        4 => new NotNode(Random(random, depth - 1, onlyLines)),
        _ => Leaf(random, onlyLines),
    };

    private static AndNode And(Random random, int depth, bool onlyLines)
    {
        var operands = Distinct(random, depth, onlyLines, typeof(AndNode));
        var ranges = new HashSet<Type>();
        return new AndNode([.. operands.Select(operand => operand is TimeNode or SeverityNode && !ranges.Add(operand.GetType()) ? new AllNode() : operand)]);
    }

    private static IEnumerable<QueryNode> Distinct(Random random, int depth, bool onlyLines, Type not)
    {
        for (var left = random.Next(2, 4); left > 0; left--)
        {
            var node = Random(random, depth - 1, onlyLines);
            yield return node.GetType() == not ? new NotNode(node) : node;
        }
    }

    private static QueryNode Leaf(Random random, bool onlyLines) => random.Next(onlyLines ? 6 : 9) switch
    {
        0 => new AllNode(),
        1 => RandomSeverity(random),
        2 => random.Next(3) switch
        {
            0 => new TimeNode(random.Next(100), long.MaxValue),
            1 => new TimeNode(long.MinValue, random.Next(100) - 50),
            _ => new TimeNode(random.Next(50) * 1_000_000_007L, random.Next(50, 100) * 1_000_000_007L),
        },
        3 or 4 => RandomPhrase(random),
        5 => RandomWildcard(random),
        6 => new RegexNode($"a/b\\d[{random.Next(10)}] \\\\", random.Next(2) == 0),
        7 => new FieldNode("label.x:y", $"{random.Next(10)}*"),
        _ => RandomField(random, QueryFields.Names[random.Next(QueryFields.Names.Count)]),
    };

    private static FieldNode RandomField(Random random, string name)
    {
        var value = name == QueryFields.Attempt ? $"{random.Next(100)}" : FieldPattern.Escape(RandomText.Line(random) + "x");
        return new FieldNode(name, (random.Next(2) == 0 ? "*" : "") + value + (random.Next(2) == 0 ? "*" : ""));
    }

    private static SeverityNode RandomSeverity(Random random)
    {
        var (a, b) = ((Severity)random.Next(8), (Severity)random.Next(8));
        return a < b ? new SeverityNode(a, b) : new SeverityNode(b, a);
    }

    private static QueryNode RandomPhrase(Random random)
    {
        var text = RandomText.Line(random, 6);
        return Parse(text.Length == 0 ? "\"a b\"" : $"\"{text}\"");
    }

    private static QueryNode RandomWildcard(Random random)
    {
        string[] pieces = ["a", "b", "k", "i", "_", "-", "/", ".", "er", "or", "é", "中", "ß", "ш", "σ", "ⱥ", "a b", "*", "\\", ":", "|", "(", "\"", "d"];
        var literals = Enumerable.Range(0, random.Next(1, 4)).Select(_ =>
            string.Concat(Enumerable.Range(0, random.Next(1, 3)).Select(_ => pieces[random.Next(pieces.Length)]))).ToArray();
        var open = random.Next(2) == 0;
        return new WildcardNode(literals, open, literals.Length == 1 && (!open || random.Next(2) == 0) || random.Next(2) == 0);
    }
}
