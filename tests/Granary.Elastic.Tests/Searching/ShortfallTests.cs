using Granary.Core.Ports;
using Granary.Core.Queries;
using Granary.Core.Search;
using Granary.Elastic.Tests.Faults;

namespace Granary.Elastic.Tests.Searching;

/// <summary>Answers that lack what a shard holds, before a server that answers as told: every question says so.</summary>
public sealed class ShortfallTests
{
    private const string Failed = """
        {"total":2,"failed":1,"failures":[{"index":"t-lines-2026.11.20","shard":1,"reason":{"type":"node_disconnected_exception","reason":"gone away"}}]}
        """;

    private const string Sound = """{"total":2,"failed":0}""";

    private static readonly IndexDamage Gone = new("t-lines-2026.11.20[1]", "gone away");

    /// <summary>One that the engine decides, one that the line decides.</summary>
    public static TheoryData<string> Queries() => ["error", "no*left"];

    [Theory]
    [MemberData(nameof(Queries))]
    public async Task A_search_tells_of_a_shard_that_does_not_answer(string text)
    {
        await using var proxy = await AnswerAsync(StandIn.Found(Failed));
        await using var search = Open(proxy);
        var events = await search.SearchAsync(new SearchRequest { Query = Query(text) }, default).ToListAsync();
        events.OfType<IndexDamage>().ShouldBe([Gone]);
        events[^1].ShouldBeOfType<SearchSummary>().Exact.ShouldBeFalse();
    }

    [Fact]
    public async Task A_search_tells_of_a_shard_that_does_not_answer_when_the_lines_around_a_hit_are_asked_for()
    {
        var asked = 0;
        await using var proxy = await StandIn.StartAsync(request => !request.Path.EndsWith("/_search", StringComparison.Ordinal) ? null
            : asked++ == 0 ? StandIn.Found(Sound, Hit(), 1) : StandIn.Found(Failed));
        await using var search = Open(proxy);
        var events = await search.SearchAsync(new SearchRequest { Query = Query("error"), Context = 2 }, default).ToListAsync();
        events.Select(one => one.GetType().Name).ShouldBe(["IndexDamage", "LineHit", "SearchSummary"]);
        events[^1].ShouldBeOfType<SearchSummary>().Exact.ShouldBeFalse();
    }

    [Theory]
    [MemberData(nameof(Queries))]
    public async Task A_count_tells_of_a_shard_that_does_not_answer(string text)
    {
        await using var proxy = await AnswerAsync(StandIn.Found(Failed));
        await using var search = Open(proxy);
        var summary = await search.CountAsync(Query(text), TimeSpan.Zero, default);
        summary.Damages.ShouldBe([Gone]);
        summary.Exact.ShouldBeFalse();
    }

    [Theory]
    [MemberData(nameof(Queries))]
    public async Task A_histogram_tells_of_a_shard_that_does_not_answer(string text)
    {
        await using var proxy = await AnswerAsync(StandIn.Found(Failed));
        await using var search = Open(proxy);
        var histogram = await search.HistogramAsync(Query(text), null, TimeSpan.Zero, default);
        histogram.Damages.ShouldBe([Gone]);
        histogram.Exact.ShouldBeFalse();
    }

    [Theory]
    [MemberData(nameof(Queries))]
    public async Task Facets_tell_of_a_shard_that_does_not_answer(string text)
    {
        await using var proxy = await AnswerAsync(StandIn.Found(Failed));
        await using var search = Open(proxy);
        var facets = await search.FacetsAsync(Query(text), "job", 5, TimeSpan.Zero, default);
        facets.Damages.ShouldBe([Gone]);
        facets.Exact.ShouldBeFalse();
    }

    [Fact]
    public async Task Reading_a_log_tells_of_a_shard_that_does_not_answer()
    {
        await using var proxy = await AnswerAsync(StandIn.Found(Failed, Hit(), 1));
        await using var search = Open(proxy);
        var damages = new List<IndexDamage>();
        var lines = await search.ReadLinesAsync(TestLogs.Build("b").Key, "job-output.txt", 1, 9, damages.Add, default).ToListAsync();
        lines.Count.ShouldBe(1);
        damages.ShouldBe([Gone]);
    }

    [Fact]
    public async Task Refused_lines_are_not_counted_by_half()
    {
        await using var proxy = await AnswerAsync(StandIn.Found(Failed, total: 1));
        await using var search = Open(proxy);
        (await Should.ThrowAsync<IndexUnavailableException>(() => search.RefusedAsync(default))).Message.ShouldContain("cannot count refused documents now");
    }

    [Fact]
    public async Task An_engine_that_ran_out_of_time_unasked_is_told_of()
    {
        await using var proxy = await AnswerAsync(StandIn.Found(Sound, timedOut: true));
        await using var search = Open(proxy);
        (await search.CountAsync(Query("error"), TimeSpan.Zero, default)).Damages.ShouldHaveSingleItem().Reason.ShouldContain("time");
        (await search.CountAsync(Query("error"), TimeSpan.FromSeconds(1), default)).ShouldSatisfyAllConditions(
            it => it.Damages.ShouldBeEmpty("the budget was ours"),
            it => it.Exact.ShouldBeFalse());
    }

    [Fact]
    public async Task A_line_in_parts_that_was_deleted_since_its_page_was_read_is_no_hit()
    {
        var asked = 0;
        await using var proxy = await StandIn.StartAsync(request => !request.Path.EndsWith("/_search", StringComparison.Ordinal) ? null
            : asked++ == 0 ? StandIn.Found(Sound, Hit(",\"long\":true"), 1) : StandIn.Found(Sound));
        await using var search = Open(proxy);
        var events = await search.SearchAsync(new SearchRequest { Query = Query("error") }, default).ToListAsync();
        events.ShouldHaveSingleItem().ShouldBeOfType<SearchSummary>().Exact.ShouldBeFalse();
        asked.ShouldBeGreaterThan(1);
    }

    private static QueryNode Query(string text) => QueryParser.Parse(text, DateTimeOffset.UnixEpoch);

    private static string Hit(string more = "") => $$$"""
        {"_id":"AAAAAAAAAAAAAAAAAAAAAAAAAAAA","_source":{"granary":{"build":"AAAAAAAAAAAAAAAA","generation":1,"finish":-1,"log":"x","line":1,
        "source":"zuul","attempt":"1"{{{more}}}},"log.file.path":"job-output.txt","message":"an error","cicd.pipeline.run.id":"b","cicd.pipeline.name":"unit"}}
        """;

    private static Task<FaultProxy> AnswerAsync(EngineAnswer answer) =>
        StandIn.StartAsync(request => request.Path.EndsWith("/_search", StringComparison.Ordinal) ? answer : null);

    private static ElasticLineSearch Open(FaultProxy proxy) => new(StandIn.Client(proxy), new EngineInfo(EngineKind.OpenSearch, new Version(2, 19)));
}
