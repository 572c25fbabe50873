using Granary.Elastic.Tests.Faults;
using Granary.Testing;
using Granary.Tests.Program;

namespace Granary.Elastic.Tests.Collecting;

/// <summary>What the executable says of an engine that cannot be used, and what it does about it.</summary>
public sealed class EngineTroubleTests(Engine engine)
{
    private const string Forbidden = """{"error":{"type":"security_exception","reason":"no permissions for [indices:data/write/bulk]"},"status":403}""";

    [Theory]
    [InlineData("""{"version":{"distribution":"opensearch","number":"2.11.1"}}""", "OpenSearch 2.11.1 is too old: 2.15 is the oldest supported")]
    [InlineData("""{"version":{"number":"7.17.9","build_flavor":"default"},"tagline":"You Know, for Search"}""", "Elasticsearch 7.17.9 is too old: 8.0 is the oldest supported")]
    [InlineData("""{"hello":"world"}""", "neither Elasticsearch nor OpenSearch answers at this address")]
    public async Task An_engine_that_is_not_supported_is_refused_by_every_verb(string says, string told)
    {
        await using var proxy = await FaultProxy.StartAsync(await engine.AddressAsync(), new FaultPlan(1) { Script = (_, path) => path == "/" ? (200, says) : null });
        using var folder = new EngineFolder(await engine.AddressAsync(), proxy.Address);
        folder.Files.Write("logs/a.log", "line\n");

        var run = await folder.CollectLogsAsync();

        run.Code.ShouldBe(2);
        run.Error.TrimEnd().ShouldBe($"granary: --index {proxy.Address}: {told}");
        (await folder.RunAsync("search", "line")).Error.ShouldContain(told);
        (await folder.SucceedAsync("status")).Out.ShouldContain($"Index: --index {proxy.Address}: {told}");
    }

    [Fact]
    public async Task Credentials_that_are_refused_end_collecting_with_a_plain_message()
    {
        await using var proxy = await FaultProxy.StartAsync(await engine.AddressAsync(), new FaultPlan(2) { Script = (_, _) => (401, "Unauthorized") });
        using var folder = new EngineFolder(await engine.AddressAsync(), proxy.Address);
        folder.Files.Write("logs/a.log", "line\n");
        var run = await folder.CollectLogsAsync();
        run.Code.ShouldBe(2);
        run.Error.TrimEnd().ShouldBe("granary: the engine refuses the credentials (401)");
    }

    [Theory]
    [InlineData("collect")]
    [InlineData("serve --port 0")]
    public async Task Who_collects_for_ever_waits_for_an_engine_that_is_away_when_it_starts(string verb)
    {
        var away = """{"error":{"type":"cluster_manager_not_discovered_exception","reason":"made up"},"status":503}""";
        await using var proxy = await FaultProxy.StartAsync(await engine.AddressAsync(), new FaultPlan(4) { Script = (_, _) => (503, away) });
        using var folder = new EngineFolder(await engine.AddressAsync(), proxy.Address);
        folder.Files.Write("logs/a.log", "line\n");
        await folder.SucceedAsync("source", "add", "directory", "local", "--path", folder.Files.Logs);

        await using var collect = folder.Start(verb.Split(' '));
        await collect.SaidAsync("the index takes nothing: the engine cannot say what it is now: made up; trying again");
        collect.HasEnded.ShouldBeFalse(collect.Error);
        proxy.Plan.Script = (_, _) => null;
        await collect.SaidAsync("the index answers; going on");
        await Until.TrueAsync(async () => await folder.Api.TryCountAsync() == 1);
        collect.Interrupt();

        (await collect.EndAsync()).Code.ShouldBe(verb == "collect" ? 130 : 0, collect.Error);
    }

    [Fact]
    public async Task Who_waits_for_an_engine_ends_when_told_to()
    {
        using var folder = new EngineFolder(await engine.AddressAsync(), new Uri("http://127.0.0.1:1/"));
        await using var serve = folder.Start("serve", "--port", "0");
        await serve.SaidAsync("the engine at 127.0.0.1:1 does not answer");
        serve.Terminate();

        (await serve.EndAsync()).Code.ShouldBe(0, serve.Error);
    }

    [Fact]
    public async Task Credentials_that_are_refused_are_not_waited_for()
    {
        await using var proxy = await FaultProxy.StartAsync(await engine.AddressAsync(), new FaultPlan(2) { Script = (_, _) => (401, "Unauthorized") });
        using var folder = new EngineFolder(await engine.AddressAsync(), proxy.Address);

        var run = await folder.RunAsync("serve", "--port", "0");

        (run.Code, run.Error.TrimEnd()).ShouldBe((2, "granary: the engine refuses the credentials (401)"));
    }

    [Fact]
    public async Task An_engine_that_is_not_there_is_named()
    {
        using var folder = new EngineFolder(await engine.AddressAsync(), new Uri("http://127.0.0.1:1/"));
        folder.Files.Write("logs/a.log", "line\n");
        var run = await folder.CollectLogsAsync();
        run.Code.ShouldBe(2);
        run.Error.ShouldStartWith("granary: the engine at 127.0.0.1:1 does not answer: ");
    }

    [Fact]
    public async Task Templates_of_a_later_version_are_refused_and_left_alone()
    {
        using var folder = new EngineFolder(await engine.AddressAsync());
        await folder.Api.DoAsync(HttpMethod.Put, $"_component_template/{folder.Prefix}-lines", """{"version":99,"template":{}}""");
        folder.Files.Write("logs/a.log", "line\n");
        var run = await folder.CollectLogsAsync();
        run.Code.ShouldBe(2);
        run.Error.ShouldContain($"a later version of Granary writes to {folder.Prefix}-* there (templates of version 99, ");
        run.Error.ShouldNotContain(" at Granary.");
    }

    [Theory]
    [InlineData("read_only_allow_delete", "its disk is nearly full: free or add disk")]
    [InlineData("read_only", "the engine blocks writing until somebody lifts the block")]
    public async Task Collecting_waits_while_an_index_is_blocked_and_goes_on_when_it_is_not(string block, string told)
    {
        using var folder = new EngineFolder(await engine.AddressAsync());
        System.IO.File.SetLastWriteTimeUtc(folder.Files.Write("logs/a.log", "one\ntwo\n"), new DateTime(2026, 11, 20, 10, 0, 0, DateTimeKind.Utc));
        var index = $"{folder.Prefix}-lines-2026.11.20";
        await folder.SucceedAsync("source", "add", "directory", "local", "--path", folder.Files.Logs);
        (await folder.RunAsync("collect", "nothing", "--once")).Code.ShouldBe(2, "but the templates are there now");
        await folder.Api.DoAsync(HttpMethod.Put, index, "{}");
        await folder.Api.DoAsync(HttpMethod.Put, $"{index}/_settings", $$"""{"index.blocks.{{block}}":true}""");

        await using var collect = folder.Start("collect", "--once");
        await collect.SaidAsync(told);
        collect.HasEnded.ShouldBeFalse(collect.Error);
        await folder.Api.DoAsync(HttpMethod.Put, $"{index}/_settings", $$"""{"index.blocks.{{block}}":null}""");
        var run = await collect.EndAsync();

        run.Code.ShouldBe(0, run.Error);
        run.Error.ShouldContain("the index takes lines again");
        (await folder.Api.CountAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task An_index_that_somebody_else_made_is_not_written_to()
    {
        using var folder = new EngineFolder(await engine.AddressAsync());
        System.IO.File.SetLastWriteTimeUtc(folder.Files.Write("logs/a.log", "one\ntwo\n"), new DateTime(2026, 11, 20, 10, 0, 0, DateTimeKind.Utc));
        var index = $"{folder.Prefix}-lines-2026.11.20";
        await folder.Api.DoAsync(HttpMethod.Put, index, """{"mappings":{"properties":{"message":{"type":"keyword"}}}}""");
        await folder.SucceedAsync("source", "add", "directory", "local", "--path", folder.Files.Logs);

        await using var collect = folder.Start("collect", "--once");
        await collect.SaidAsync($"the index {index} was not made by Granary's templates, so its lines would not be found: delete it");
        (await folder.Api.CountAsync()).ShouldBe(0);
        await folder.Api.DoAsync(HttpMethod.Delete, index);

        (await collect.EndAsync()).Code.ShouldBe(0);
        (await folder.Api.CountAsync()).ShouldBe(2);
    }

    [Theory]
    [InlineData(403, Forbidden)]
    [InlineData(200, """{"errors":true,"items":[{"index":{"status":403,"error":{"type":"security_exception","reason":"no permissions for [indices:data/write/bulk]"}}}]}""")]
    public async Task A_missing_permission_is_told_and_no_line_is_dropped_for_it(int status, string answer)
    {
        await using var proxy = await FaultProxy.StartAsync(await engine.AddressAsync(), new FaultPlan(3));
        using var folder = new EngineFolder(await engine.AddressAsync(), proxy.Address);
        folder.Files.Write("logs/a.log", "");
        (await folder.CollectLogsAsync()).Code.ShouldBe(0);
        folder.Files.Write("logs/b.log", "line\n");

        // Two documents: the line, and its log's.
        proxy.Plan.Script = (_, path) => !path.EndsWith("/_bulk", StringComparison.Ordinal) ? null
            : (status, status == 200 ? answer.Replace("}}}]", "}}},{\"index\":{\"status\":201}}]", StringComparison.Ordinal) : answer);
        await using var collect = folder.Start("collect", "--once");
        await collect.SaidAsync("the engine's user may not do this: no permissions for [indices:data/write/bulk]");
        collect.HasEnded.ShouldBeFalse(collect.Error);
        proxy.Plan.Script = (_, _) => null;

        (await collect.EndAsync()).Code.ShouldBe(0);
        (await folder.Api.CountAsync()).ShouldBe(1);
        (await folder.SucceedAsync("verify")).Lines[^1].ShouldContain("0 gaps");
    }

    [Fact]
    public async Task Values_that_may_not_be_the_commonest_are_told_of()
    {
        const string Unsure = """
            {"timed_out":false,"_shards":{"total":2,"failed":0},"hits":{"total":{"value":9},"hits":[]},"aggregations":
            {"values":{"doc_count_error_upper_bound":3,"buckets":[{"key":"unit","doc_count":5,"one":{"hits":{"hits":[{"_source":{}}]}}}]}}}
            """;
        await using var proxy = await FaultProxy.StartAsync(await engine.AddressAsync(), new FaultPlan(5));
        using var folder = new EngineFolder(await engine.AddressAsync(), proxy.Address);
        folder.Files.Write("logs/a.log", "line\n");
        (await folder.CollectLogsAsync()).Code.ShouldBe(0);
        proxy.Plan.Script = (_, path) => path.EndsWith("/_search", StringComparison.Ordinal) ? (200, Unsure) : null;

        var run = await folder.SucceedAsync("search", "line", "--facet", "job");

        run.Out.ShouldBe("unit           5\n");
        run.Error.TrimEnd().ShouldBe("granary: job: not exact, a commoner value may be missing");
    }

    [Fact]
    public async Task A_count_that_lacks_a_shard_is_no_success()
    {
        const string Low = """
            {"timed_out":false,"_shards":{"total":2,"failed":1,"failures":[{"index":"lines","shard":1,"reason":{"type":"made_up","reason":"gone away"}}]},"hits":{"total":{"value":1},"hits":[]}}
            """;
        await using var proxy = await FaultProxy.StartAsync(await engine.AddressAsync(), new FaultPlan(4));
        using var folder = new EngineFolder(await engine.AddressAsync(), proxy.Address);
        folder.Files.Write("logs/a.log", "line\nline\n");
        (await folder.CollectLogsAsync()).Code.ShouldBe(0);
        proxy.Plan.Script = (_, path) => path.EndsWith("/_search", StringComparison.Ordinal) ? (200, Low) : null;

        var run = await folder.RunAsync("search", "line", "--count");

        (run.Code, run.Out).ShouldBe((2, "1\n"));
        run.Error.ShouldContain("lines[1]");
        run.Error.ShouldContain("gone away");
    }
}
