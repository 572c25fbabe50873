using Granary.Core.Queries;

namespace Granary.Core.Tests.Queries;

public class QueryParserErrorTests
{
    [Theory]
    [InlineData("", 1, "use * for every line")]
    [InlineData("  ", 1, "use * for every line")]
    [InlineData("a OR", 5, "at the end of the query")]
    [InlineData("a AND ", 7, "at the end of the query")]
    [InlineData("OR a", 1, "before OR")]
    [InlineData("a AND OR b", 7, "before OR")]
    [InlineData("a NOT", 6, "at the end of the query")]
    [InlineData("a | | b", 5, "before \"|\"")]
    [InlineData("a )", 3, "without its \"(\"")]
    [InlineData("x (a b", 3, "\")\" is expected")]
    [InlineData("f()", 2, "between the parentheses")]
    [InlineData("a \"b c", 3, "closing quote")]
    [InlineData("a \"\"", 3, "between the quotes")]
    [InlineData("job:", 5, "a value is expected after job:")]
    [InlineData("a job: b", 7, "a value is expected after job:")]
    [InlineData("a jbo:x", 3, "did you mean job?")]
    [InlineData("jobs:x", 1, "source, job, project, pipeline, branch, change, result, build, file, attempt, label.NAME, severity, since, until")]
    [InlineData("label:x", 1, "label.NAME:value")]
    [InlineData("severity:bad", 10, "none, trace, debug")]
    [InlineData("a severity>=bad", 13, "a severity is expected")]
    [InlineData("a attempt:x", 11, "attempt: wants a number")]
    [InlineData("attempt:(1 | two)", 14, "attempt: wants a number")]
    [InlineData("attempt:\"1 \"", 9, "attempt: wants a number")]
    [InlineData("severity>critical", 10, "above critical")]
    [InlineData("severity<none", 10, "below none")]
    [InlineData("since:yesterday", 7, "2026-11-01T12:00:00Z")]
    [InlineData("since:2026-13-01", 7, "wants a span")]
    [InlineData("since:99999999999999999999w", 7, "1678")]
    [InlineData("until:1500-01-01", 7, "1678")]
    [InlineData("since:(1d)", 7, "a value is expected")]
    public void An_error_names_the_column_and_what_was_expected(string query, int column, string message)
    {
        var error = Should.Throw<QueryException>(() => Trees.Parse(query));

        error.Message.ShouldContain(message);
        error.Column.ShouldBe(column);
    }

    [Fact]
    public void Half_a_character_is_refused() => Should.Throw<QueryException>(() => Trees.Parse("a \uD800")).Column.ShouldBe(3);

    [Fact]
    public void Length_is_bounded()
    {
        Trees.Parse(new string('a', QueryParser.MaxLength));

        Should.Throw<QueryException>(() => Trees.Parse(new string('a', QueryParser.MaxLength + 1)));
    }

    [Theory]
    [InlineData("(", ")")]
    [InlineData("NOT ", "")]
    [InlineData("-(", ")")]
    public void Depth_is_bounded(string open, string close)
    {
        string Nested(int depth) => string.Concat(Enumerable.Repeat(open, depth)) + "a" + string.Concat(Enumerable.Repeat(close, depth));

        Trees.Parse(Nested(QueryParser.MaxDepth / 2));
        Should.Throw<QueryException>(() => Trees.Parse(Nested(QueryParser.MaxDepth + 1))).Message.ShouldContain("deep");
        Should.Throw<QueryException>(() => Trees.Parse(Nested(1_500)));
    }

    [Fact]
    public void Nothing_but_a_query_exception_ever_comes_out_and_what_is_read_can_be_written_and_read_again()
    {
        string[] pieces =
        [
            "a", "B", "job", ":", "severity", ">=", "<", "=", "error", "since:", "2d", "until:2026-11-01", "(", ")", "\"", "\\", "*", "/", "i", "-", "|",
            " ", " ", " ", "OR", "AND", "NOT", "label.", "x", "😀", "\u0130", "\uD83D", "\t", "\u2028", "\0", "//", "::", "9999-12-31", "1.5", "T", "Z", ".",
        ];
        var random = new Random(3);
        var read = 0;
        for (var round = 0; round < 60_000; round++)
        {
            var query = string.Concat(Enumerable.Range(0, random.Next(1, 14)).Select(_ => pieces[random.Next(pieces.Length)]));
            try
            {
                var node = Trees.Parse(query);
                read++;
                Trees.Describe(Trees.Parse(QueryText.Of(node))).ShouldBe(Trees.Describe(node), query);
            }
            catch (QueryException error)
            {
                error.Column.ShouldBeInRange(1, query.Length + 1, query);
            }
        }

        read.ShouldBeGreaterThan(10_000);
    }
}
