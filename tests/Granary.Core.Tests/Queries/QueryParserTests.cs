using Granary.Core.Queries;

namespace Granary.Core.Tests.Queries;

public class QueryParserTests
{
    [Theory]
    [InlineData("error", "[error]")]
    [InlineData("ERROR", "[error]")]
    [InlineData("error disk", "and([error], [disk])")]
    [InlineData("error AND disk", "and([error], [disk])")]
    [InlineData("a OR b c | d", "or([a], and([b], [c]), [d])")]
    [InlineData("a|b", "or([a], [b])")]
    [InlineData("(a OR b) c", "and(or([a], [b]), [c])")]
    [InlineData("a (b (c d)) e", "and([a], [b], [c], [d], [e])")]
    [InlineData("or and not", "and([or], [and], [not])")]
    [InlineData("\"OR\"", "[or]")]
    [InlineData("-flaky", "not([flaky])")]
    [InlineData("NOT a b", "and(not([a]), [b])")]
    [InlineData("NOT NOT a", "not(not([a]))")]
    [InlineData("-(a OR b)", "not(or([a], [b]))")]
    [InlineData("-\"no space\"", "not([no space])")]
    public void Words_are_joined_by_AND_OR_and_NOT(string query, string tree) => Tree(query).ShouldBe(tree);

    [Theory]
    [InlineData("\"no space left\"", "[no space left]")]
    [InlineData("\"No  SPACE, left!\"", "[no space left]")]
    [InlineData("foo-bar.c:12", "[foo bar c 12]")]
    [InlineData("\"a \\\"b\\\" \\\\c\"", "[a b c]")]
    [InlineData("\u0130stanbul \u212Aelvin", "and([istanbul], [kelvin])")]
    [InlineData("foo\\*bar", "[foo bar]")]
    [InlineData("\"a*b\"", "[a b]")]
    [InlineData("C:\\Users\\me", "[c users me]")]
    [InlineData("key=\"a b\"", "and([key], [a b])")]
    public void A_word_with_punctuation_is_a_phrase_of_its_tokens(string query, string tree) => Tree(query).ShouldBe(tree);

    [Theory]
    [InlineData("*", "all")]
    [InlineData("**", "all")]
    [InlineData("Err*", "|err>")]
    [InlineData("*Exception", "<exception|")]
    [InlineData("*a**b*", "<a~b>")]
    [InlineData("foo*bar", "|foo~bar|")]
    [InlineData("a\\*b*", "|a*b>")]
    [InlineData("no\\ space*", "|no space>")]
    [InlineData("-*tmp*", "not(<tmp>)")]
    [InlineData("/tmp/*.log", "|/tmp/~.log|")]
    public void A_star_stands_for_anything(string query, string tree) => Tree(query).ShouldBe(tree);

    [Theory]
    [InlineData("--", "<-->")]
    [InlineData("==>", "<==>>")]
    [InlineData("->", "<->>")]
    [InlineData("-", "<->")]
    [InlineData("\"= =\"", "<= =>")]
    [InlineData("--verbose", "[verbose]")]
    [InlineData("NOT ==", "not(<==>)")]
    [InlineData("😀", "<😀>")]
    public void Text_without_a_token_is_looked_for_in_the_raw_line(string query, string tree) => Tree(query).ShouldBe(tree);

    [Theory]
    [InlineData("/exit code [1-9]/", "regex(exit code [1-9])")]
    [InlineData("/a\\/b\\d/i", "regex(a/b\\d)i")]
    [InlineData("(/a/|/b/)", "or(regex(a), regex(b))")]
    [InlineData("-/a b/", "not(regex(a b))")]
    [InlineData("/usr/bin/python", "[usr bin python]")]
    [InlineData("/tmp x", "and([tmp], [x])")]
    [InlineData("//", "<//>")]
    public void Slashes_enclose_a_regular_expression_where_the_second_ends_the_word(string query, string tree) => Tree(query).ShouldBe(tree);

    [Theory]
    [InlineData("job:unit*", "job=unit*")]
    [InlineData("job:\"unit tests*\"", "job=unit tests\\*")]
    [InlineData("job:(a OR \"b c\" -d)", "or(job=a, and(job=b c, not(job=d)))")]
    [InlineData("label.os:linux", "label.os=linux")]
    [InlineData("-result:SUCCESS", "not(result=SUCCESS)")]
    [InlineData("file:logs/a.txt", "file=logs/a.txt")]
    [InlineData("change:908952,1", "change=908952,1")]
    [InlineData("build:a:b", "build=a:b")]
    [InlineData("file:C:\\x", "file=C:\\\\x")]
    public void A_known_name_before_a_colon_is_a_field(string query, string tree) => Tree(query).ShouldBe(tree);

    [Theory]
    [InlineData("http://x", "[http x]")]
    [InlineData("file:///etc/passwd", "[file etc passwd]")]
    [InlineData("12:30:01", "[12 30 01]")]
    [InlineData("job::x", "[job x]")]
    [InlineData("std::vector", "[std vector]")]
    [InlineData("error:", "[error]")]
    [InlineData("line:5", "[line 5]")]
    [InlineData("job\\:x", "[job x]")]
    [InlineData("\"job:x\"", "[job x]")]
    [InlineData("Job:x", "[job x]")]
    public void Anything_else_before_a_colon_is_text(string query, string tree) => Tree(query).ShouldBe(tree);

    [Theory]
    [InlineData("severity:error", "severity(Error..Error)")]
    [InlineData("severity=warn", "severity(Warning..Warning)")]
    [InlineData("severity>=error", "severity(Error..Critical)")]
    [InlineData("severity>warning", "severity(Error..Critical)")]
    [InlineData("severity<=info", "severity(None..Info)")]
    [InlineData("severity<warning", "severity(None..Notice)")]
    [InlineData("severity>=info severity<error", "severity(Info..Warning)")]
    [InlineData("severity:(error OR \"none\")", "or(severity(Error..Error), severity(None..None))")]
    [InlineData("severity", "[severity]")]
    public void Severity_is_compared(string query, string tree) => Tree(query).ShouldBe(tree);

    [Theory]
    [InlineData("since:2d", "time(1795082400000000000..9223372036854775807)")]
    [InlineData("since:90s", "time(1795255110000000000..9223372036854775807)")]
    [InlineData("until:1w", "time(-9223372036854775808..1794650400000000000)")]
    [InlineData("since:2026-11-01", "time(1793491200000000000..9223372036854775807)")]
    [InlineData("since:2026-11-01T12:00:00Z", "time(1793534400000000000..9223372036854775807)")]
    [InlineData("since:2026-11-01T14:00+02:00", "time(1793534400000000000..9223372036854775807)")]
    [InlineData("since:\"2026-11-01 12:00:00.000000001\"", "time(1793534400000000001..9223372036854775807)")]
    [InlineData("since:2026-11-01 a until:2026-11-02", "and(time(1793491200000000000..1793577600000000000), [a])")]
    public void Times_are_absolute_or_count_back_from_now(string query, string tree) => Tree(query).ShouldBe(tree);

    [Fact]
    public void The_example_of_the_documentation_is_read() =>
        Tree("error \"no space left\" -flaky job:unit* result:FAILURE severity>=error /exit code [1-9]/ since:2d").ShouldBe(
            "and([error], [no space left], not([flaky]), job=unit*, result=FAILURE, severity(Error..Critical), regex(exit code [1-9]), " +
            "time(1795082400000000000..9223372036854775807))");

    private static string Tree(string query) => Trees.Describe(Trees.Parse(query));
}
