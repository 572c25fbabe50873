using Granary.App.Searching;
using Granary.Core.Model;
using Granary.Core.Queries;
using Granary.Testing;

namespace Granary.App.Tests.Searching;

public class QueryReaderTests
{
    private static readonly SourceDefinition Opendev =
        new() { Id = "opendev-2", Name = "OpenDev", Kind = "zuul", Address = "https://zuul.example.org" };

    private readonly QueryReader reader = new([Opendev], new ManualTime());

    [Fact]
    public void A_query_without_options_stays_as_it_is() =>
        reader.Read("error", SearchFilters.None).ShouldBeOfType<PhraseNode>().Tokens.ShouldBe(["error"]);

    [Fact]
    public void Every_line_and_nothing_else_stays_every_line() =>
        reader.Read("*", SearchFilters.None).ShouldBeOfType<AllNode>();

    [Fact]
    public void An_option_narrows_every_line_to_itself() =>
        reader.Read("*", new() { Jobs = ["unit*"] }).ShouldBe(new FieldNode("job", "unit*"));

    [Fact]
    public void Values_of_one_option_are_alternatives() =>
        reader.Read("*", new() { Jobs = ["a", "b"] }).ShouldBeOfType<OrNode>().Operands.Count.ShouldBe(2);

    [Fact]
    public void A_source_is_found_by_its_name_in_any_case_wherever_it_stands()
    {
        reader.Read("*", new() { Sources = ["opendev"] }).ShouldBe(new FieldNode("source", "opendev-2"));
        var not = reader.Read("error -source:OPENDEV", SearchFilters.None).ShouldBeOfType<AndNode>().Operands[1];
        not.ShouldBe(new NotNode(new FieldNode("source", "opendev-2")));
    }

    [Fact]
    public void Times_are_read_as_in_the_query()
    {
        var both = reader.Read("*", new() { Since = "2025-12-01", Until = "1d" }).ShouldBeOfType<AndNode>();
        both.Operands.OfType<TimeNode>().Count().ShouldBe(2);
        reader.Read("since:2025-12-01", SearchFilters.None).ShouldBeOfType<TimeNode>()
            .From.ShouldBe(both.Operands.OfType<TimeNode>().First().From);
    }

    [Fact]
    public void A_time_that_is_none_is_an_error() =>
        Should.Throw<QueryException>(() => reader.Read("*", new() { Since = "yesterday-ish" }));
}
