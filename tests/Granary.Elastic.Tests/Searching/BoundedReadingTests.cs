using System.Text.Json.Nodes;
using Granary.Core.Model;
using Granary.Elastic.Http;
using Granary.Elastic.Searching;
using Granary.Elastic.Tests.Http;
using Granary.Elastic.Writing;

namespace Granary.Elastic.Tests.Searching;

/// <summary>What reading holds at once does not follow what there is.</summary>
public sealed class BoundedReadingTests
{
    private const int Entries = 3000;

    [Theory]
    [InlineData(10, 1000)]
    [InlineData(32_000, 260)]
    public async Task Of_a_log_of_long_lines_fewer_are_asked_for_at_once(int length, int most)
    {
        var sizes = new List<int>();
        await using var engine = await LoopbackEngine.StartAsync((_, body) =>
        {
            var asked = JsonNode.Parse(body)!;
            sizes.Add(asked["size"]!.GetValue<int>());
            var first = asked["search_after"]?[0]!.GetValue<int>() ?? 0;
            return Task.FromResult<string?>(Page([.. Enumerable.Range(first + 1, Math.Min(sizes[^1], Entries - first)).Select(line => Line(new Id96(1, 1), line, length))]));
        });
        await using var search = new ElasticLineSearch(new ElasticClient(engine.Options, TimeProvider.System), new EngineInfo(EngineKind.OpenSearch, new Version(2, 19)));

        var lines = await search.ReadLinesAsync(new BuildKey("zuul", "b"), "log", 1, long.MaxValue, _ => { }, default).CountAsync();

        lines.ShouldBe(Entries);
        sizes.Max().ShouldBeLessThanOrEqualTo(most);
        sizes.Max().ShouldBeGreaterThan(most - 100);
    }

    [Fact]
    public async Task A_search_of_all_lines_does_not_remember_every_log()
    {
        await using var engine = await LoopbackEngine.StartAsync((_, _) => Task.FromResult<string?>("""{"docs":[]}"""));
        using var client = new ElasticClient(engine.Options, TimeProvider.System);
        var logs = new LogCatalogue(client, new IndexNames("granary"));
        for (var page = 0; page < 10; page++)
        {
            var lines = Enumerable.Range(0, 1000).Select(log => Stored(new Id96((uint)page + 1, (ulong)log))).ToArray();
            await logs.LoadAsync(lines, default);
            logs.Count.ShouldBeInRange(1000, 6000);
            lines.ShouldAllBe(line => logs.Of(line).Build == line.Build);
        }
    }

    private static StoredLine Stored(Id96 log)
    {
        using var hit = System.Text.Json.JsonDocument.Parse(Line(log, 1, 1));
        return StoredLine.Read(hit.RootElement);
    }

    private static string Page(IReadOnlyList<string> hits) => $$$"""
        {"timed_out":false,"_shards":{"failed":0},"hits":{"hits":[{{{string.Join(',', hits)}}}]}}
        """;

    private static string Line(Id96 log, int line, int length) => $$$"""
        {"_id":"{{{LineIds.Of(log, line, 0)}}}","_source":{"log.file.path":"log","message":"{{{new string('x', length)}}}","granary.build":"b","granary.generation":1,
        "granary.finish":1,"granary.log":"l","granary.line":{{{line}}},"granary.untimed":true,"granary.source":"zuul","cicd.pipeline.run.id":"b","granary.attempt":"1","cicd.pipeline.name":"j"}}
        """;
}
