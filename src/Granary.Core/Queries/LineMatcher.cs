using System.Collections.Concurrent;
using Granary.Core.Chunks;
using Granary.Core.Model;
using Granary.Core.Queries.Matching;
using Granary.Core.Search;

namespace Granary.Core.Queries;

/// <summary>
/// A query compiled to decide lines. Immutable and free to be used by many threads. First <see cref="DecideBuild"/> settles the
/// fields for a log; the matcher that it gives then decides that log's lines, whole lines each: of a long line all parts joined.
/// </summary>
public sealed class LineMatcher
{
    private const int MaxRemembered = 12;

    private readonly Clause root;
    private readonly FieldTest[] fields;
    private readonly TextClause[] marked;
    private readonly FoldedNeedle[]? needles;
    private readonly ConcurrentDictionary<int, BuildDecision> decisions = new();

    private LineMatcher(Clause root, FieldTest[] fields)
    {
        (this.root, this.fields) = (root, fields);
        var positive = new List<TextClause>();
        root.AddPositive(positive, negated: false);
        marked = [.. positive];
        needles = root.Needles() is { Count: <= CandidateScanner.MaxNeedles } some && some.All(needle => needle.Rarity > 0)
            ? [.. some]
            : null;
    }

    /// <summary>True if the text of lines decides anything, so that it must be read.</summary>
    public bool ReadsText => root.ReadsText;

    /// <summary>True if <see cref="Scan"/> leaves out lines.</summary>
    public bool CanScan => needles is not null;

    /// <summary>Compiles a query.</summary>
    /// <exception cref="QueryNotSupportedException">The query has a regular expression, or an unknown field.</exception>
    public static LineMatcher Compile(QueryNode query)
    {
        var compiler = new QueryCompiler();
        var root = compiler.Compile(query);
        return new LineMatcher(compiler.Fields.Count == 0 ? root.Decided([]) : root, [.. compiler.Fields]);
    }

    /// <summary>Settles the fields for one log; cheap, as what is left of the query is remembered by the outcomes.</summary>
    public BuildDecision DecideBuild(Build build, string file)
    {
        if (fields.Length == 0)
        {
            return Decision(this);
        }

        Span<bool> outcomes = fields.Length <= MaxRemembered ? stackalloc bool[MaxRemembered] : new bool[fields.Length];
        var key = 0;
        for (var index = 0; index < fields.Length; index++)
        {
            outcomes[index] = fields[index].Holds(build, file);
            key |= index < MaxRemembered && outcomes[index] ? 1 << index : 0;
        }

        if (fields.Length > MaxRemembered)
        {
            return Decision(new LineMatcher(root.Decided(outcomes), []));
        }

        return decisions.TryGetValue(key, out var known)
            ? known
            : decisions.GetOrAdd(key, Decision(new LineMatcher(root.Decided(outcomes), [])));
    }

    /// <summary>True if the line answers the query. Allocates nothing.</summary>
    /// <param name="line">The whole line, without its end.</param>
    /// <param name="timeNs">The line's own time in nanoseconds since 1970 UTC, or <see cref="Chunk.NoTime"/>.</param>
    /// <param name="buildFinishNs">When its build finished, likewise; null where that is not known.</param>
    /// <param name="severity">What the line says of itself.</param>
    /// <exception cref="InvalidOperationException">The query has fields that are not settled.</exception>
    public bool Matches(ReadOnlySpan<byte> line, long timeNs, long? buildFinishNs, Severity severity)
    {
        ThrowIfFields();
        var time = timeNs != Chunk.NoTime ? timeNs : buildFinishNs ?? Chunk.NoTime;
        if (!root.ReadsText)
        {
            return root.Holds(new LineView(default, time, severity));
        }

        using var folded = new FoldedLine(line);
        return root.Holds(new LineView(folded.Text, time, severity));
    }

    /// <summary>
    /// Appends where the query's text terms match in the line, those under a negation left out: ascending, overlapping ones
    /// merged. A line in parts is a hit in the parts in which one of these begins; in all parts if there is none.
    /// </summary>
    /// <exception cref="InvalidOperationException">The query has fields that are not settled.</exception>
    public void GetSpans(ReadOnlySpan<byte> line, List<MatchSpan> spans)
    {
        ThrowIfFields();
        if (marked.Length == 0)
        {
            return;
        }

        using var folded = new FoldedLine(line);
        var first = spans.Count;
        foreach (var term in marked)
        {
            for (var from = 0; term.Find(folded.Text, from, out var start, out var end); from = end)
            {
                spans.Add(new MatchSpan(start, end - start));
            }
        }

        SpanList.Merge(spans, first);
        if (folded.Moved)
        {
            SpanList.Unfold(spans, first, line);
        }
    }

    /// <summary>Looks through a text of many lines, each ended by LF, for the lines that may match.</summary>
    /// <exception cref="InvalidOperationException">The query has fields that are not settled.</exception>
    public CandidateScanner Scan(ReadOnlySpan<byte> text)
    {
        ThrowIfFields();
        return new CandidateScanner(text, needles);
    }

    private static BuildDecision Decision(LineMatcher matcher) => new(
        matcher.root == ConstantClause.Never ? BuildVerdict.NoLine
            : matcher.root == ConstantClause.Always ? BuildVerdict.EveryLine
            : BuildVerdict.SomeLines,
        matcher);

    private void ThrowIfFields()
    {
        if (fields.Length > 0)
        {
            throw new InvalidOperationException("the query has fields: DecideBuild gives the matcher for a log");
        }
    }
}
