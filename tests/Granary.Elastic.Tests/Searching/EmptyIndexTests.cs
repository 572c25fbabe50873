using Granary.Core.Queries;
using Granary.Core.Search;

namespace Granary.Elastic.Tests.Searching;

/// <summary>Before the first line is written there is no index of lines.</summary>
public sealed class EmptyIndexTests(Engine engine)
{
    [Fact]
    public async Task Every_question_to_an_empty_index_has_an_empty_answer()
    {
        await using var search = await ElasticIndex.OpenSearchAsync(await engine.OptionsAsync(), TimeProvider.System, default);
        var query = QueryParser.Parse("error", DateTimeOffset.UnixEpoch);
        var summary = (await search.SearchAsync(new SearchRequest { Query = query, Context = 2 }, default).ToListAsync())
            .ShouldHaveSingleItem().ShouldBeOfType<SearchSummary>();
        (summary.Total, summary.Exact).ShouldBe((0, true));
        (await search.CountAsync(query, TimeSpan.Zero, default)).Exact.ShouldBeTrue();
        (await search.HistogramAsync(query, null, TimeSpan.Zero, default)).Buckets.ShouldBeEmpty();
        (await search.FacetsAsync(query, "job", 10, TimeSpan.Zero, default)).Values.ShouldBeEmpty();
        (await search.ReadLinesAsync(TestLogs.Build("none").Key, "log", 1, 9, _ => { }, default).ToListAsync()).ShouldBeEmpty();
        (await search.ReadContentsAsync(TestLogs.Build("none").Key, 1, default)).Entries.ShouldBe(0);
        (await search.CheckAsync(default).ToListAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Nothing_is_counted_or_deleted_where_nothing_was_written()
    {
        await using var writer = await ElasticIndex.OpenWriterAsync(await engine.OptionsAsync(), TimeProvider.System, default);
        var build = TestLogs.Build("none").Key;
        await writer.DeleteOlderGenerationsAsync(build, 5, TestLogs.Day, default);
        (await writer.CountAsync(build, 5, TestLogs.Day, default)).ShouldBe(0);
        (await writer.DeadLettersAsync(5, default)).ShouldBeEmpty();
    }
}
