using System.Text.Json;
using Granary.Elastic.Tests.Faults;
using Granary.Testing;
using Granary.Tests.Program;

namespace Granary.Elastic.Tests.Collecting;

/// <summary>When lines can be searched, how all of them are read, and when they are gone.</summary>
public sealed class SearchableTests(Engine engine)
{
    [Fact]
    public async Task What_counts_as_collected_is_searchable_at_once_where_that_is_wanted()
    {
        using var folder = new EngineFolder(await engine.AddressAsync());
        folder.Files.Write("logs/a.log", "first\n");
        await folder.SucceedAsync("source", "add", "directory", "local", "--path", folder.Files.Logs, "--poll", "1s");
        await using var collect = folder.Start("serve", "--port", "0", "--wait-searchable");
        await Until.TrueAsync(async () => (await CompleteAsync(folder)) == 1, TimeSpan.FromMinutes(5));

        (await folder.RunAsync("search", "first")).Code.ShouldBe(0, "its receipt is there, so it is found");
        (await RefreshIntervalAsync(folder)).ShouldBe("30000ms");
    }

    [Fact]
    public async Task Lines_are_searchable_some_time_later_unless_that_is_wanted()
    {
        using var folder = new EngineFolder(await engine.AddressAsync());
        folder.Environment["GRANARY__Index__Refresh"] = "1h";
        folder.Files.Write("logs/a.log", "first\n");
        await folder.SucceedAsync("source", "add", "directory", "local", "--path", folder.Files.Logs, "--poll", "1s");
        await using (var collect = folder.Start("serve", "--port", "0"))
        {
            await Until.TrueAsync(async () => (await CompleteAsync(folder)) == 1, TimeSpan.FromMinutes(5));
            (await folder.RunAsync("search", "first")).Code.ShouldBe(1, "nothing has refreshed the index");
            (await RefreshIntervalAsync(folder)).ShouldBe("3600000ms");
            collect.Terminate();
            await collect.EndAsync();
        }

        (await folder.RunAsync("search", "first")).Code.ShouldBe(0, "a collector that ends leaves nothing unsearchable");
    }

    [Fact]
    public async Task Waiting_is_nothing_for_the_embedded_index()
    {
        using var folder = new TemporaryFolder();
        await using var collect = GranaryProgram.Start(folder.Data, "collect", "--once", "--wait-searchable");
        var run = await collect.EndAsync();
        run.Code.ShouldBe(2);
        run.Error.ShouldStartWith("granary: --wait-searchable: is for an engine (--index)");
    }

    [Theory]
    [InlineData("")]
    [InlineData("refused")]
    [InlineData("lost")]
    public async Task All_lines_are_read_as_of_one_point_in_time_or_without_one(string trouble)
    {
        const int Lines = 9000;
        await using var proxy = await FaultProxy.StartAsync(await engine.AddressAsync(), new FaultPlan(1));
        var (opened, released, pages) = (0, 0, 0);
        proxy.Plan.Script = (method, path) =>
        {
            var isPoint = path.EndsWith("/_search/point_in_time", StringComparison.Ordinal);
            opened += isPoint && method == "POST" ? 1 : 0;
            released += isPoint && method == "DELETE" ? 1 : 0;
            pages += path == "/_search" ? 1 : 0;
            return isPoint && trouble == "refused" ? (403, """{"error":{"type":"security_exception","reason":"no permissions"},"status":403}""")
                : path == "/_search" && pages == 2 && trouble == "lost" ? (404, """{"error":{"type":"search_context_missing_exception","reason":"No search context found for id [1]"},"status":404}""")
                : null;
        };
        using var folder = new EngineFolder(await engine.AddressAsync(), proxy.Address);
        folder.Files.Write("logs/a.log", string.Concat(Enumerable.Range(1, Lines).Select(n => $"number {n}\n")));
        (await folder.CollectLogsAsync()).Code.ShouldBe(0);

        var all = await folder.SucceedAsync("search", "number", "--limit", "0", "-o", "json");
        (opened, released).ShouldBe((1, trouble == "refused" ? 0 : 1));
        pages.ShouldBe(trouble switch { "refused" => 0, "lost" => 2, _ => pages });
        pages.ShouldBeInRange(0, 10);
        all.Lines.Length.ShouldBe(Lines + 1);
        all.Lines[..^1].Select(line => JsonDocument.Parse(line).RootElement.GetProperty("line").GetInt32()).ShouldBe(Enumerable.Range(1, Lines));
        JsonDocument.Parse(all.Lines[^1]).RootElement.GetProperty("total").GetInt32().ShouldBe(Lines);

        await folder.SucceedAsync("search", "number", "-n", "5");
        opened.ShouldBe(1, "a first page is asked for as it is");
        await folder.SucceedAsync("verify");
    }

    [Fact]
    public async Task Retention_deletes_old_days_and_their_receipts_say_so()
    {
        using var folder = new EngineFolder(await engine.AddressAsync());
        var old = DateTime.UtcNow.AddDays(-40);
        System.IO.File.SetLastWriteTimeUtc(folder.Files.Write("logs/old.log", "an old line\n"), old);
        folder.Files.Write("logs/young.log", "a young line\n");
        (await folder.CollectLogsAsync()).Code.ShouldBe(0);
        (await folder.SucceedAsync("search", "line", "--count")).Out.ShouldBe("2\n");

        folder.Environment["GRANARY__Index__RetentionDays"] = "30";
        var second = await folder.SucceedAsync("collect", "--once");

        second.Error.ShouldContain($"granary: the lines of {old:yyyy-MM-dd} were deleted: they are older than 30 days");
        (await folder.SucceedAsync("search", "line", "--count")).Out.ShouldBe("1\n");
        (await folder.SucceedAsync("show", "local/old.log")).Out.ShouldContain("its lines were deleted: older than 30 days");
        (await folder.SucceedAsync("verify")).Lines[^1].ShouldContain("0 gaps");
        (await folder.SucceedAsync("builds")).Out.ShouldContain("expired");
        (await folder.SucceedAsync("collect", "--once")).Error.ShouldNotContain("deleted");
        (await folder.Api.CountAsync()).ShouldBe(1, "what has expired is not read again");
    }

    private static async Task<int> CompleteAsync(EngineFolder folder)
    {
        var sources = JsonDocument.Parse((await folder.SucceedAsync("status", "-o", "json")).Out).RootElement.GetProperty("sources");
        return sources[0].GetProperty("complete").GetInt32();
    }

    private static async Task<string> RefreshIntervalAsync(EngineFolder folder)
    {
        var settings = await folder.Api.DoAsync(HttpMethod.Get, $"{folder.Api.AllLines}/_settings");
        return settings.AsObject().Single().Value!["settings"]!["index"]!["refresh_interval"]!.GetValue<string>();
    }
}
