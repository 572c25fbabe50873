using System.Text.Json;
using System.Text.Json.Nodes;

namespace Granary.Elastic.Tests.Collecting;

/// <summary>The executable's verify finds whatever was done to the engine behind our back, and repair mends it.</summary>
public sealed class VerifyTests(Engine engine) : IAsyncLifetime
{
    private EngineFolder folder = null!;

    public async ValueTask InitializeAsync()
    {
        folder = new EngineFolder(await engine.AddressAsync());
        folder.Files.Write("logs/unit.log", string.Concat(Enumerable.Range(1, 3000).Select(n => $"line {n} of the unit tests\n")));
        folder.Files.Write("logs/other.log", "one\ntwo\n");
        (await folder.CollectLogsAsync()).Code.ShouldBe(0);
    }

    public ValueTask DisposeAsync()
    {
        folder?.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task What_was_collected_has_no_gap()
    {
        var verified = await folder.SucceedAsync("verify");
        verified.Out.ShouldBe("2 builds, 2 log files, 3,002 lines: 0 gaps, 0 notes\n");
    }

    [Fact]
    public async Task A_deleted_line_is_a_gap() =>
        await FindsAndMendsAsync(async line => await folder.Api.DoAsync(HttpMethod.Delete, DocumentOf(line)), "3000 lines read, 2999 in the index");

    [Fact]
    public async Task A_text_altered_without_a_change_of_length_is_a_gap() => await FindsAndMendsAsync(
        async line => await folder.Api.DoAsync(HttpMethod.Put, DocumentOf(line), WithText(line, "line 1234 of the unit tasks").ToJsonString()),
        "the index holds other text than was read");

    [Fact]
    public async Task Two_lines_that_changed_places_are_a_gap() => await FindsAndMendsAsync(
        async line =>
        {
            var other = (await folder.Api.FindAsync("""{"bool":{"filter":[{"term":{"granary.line":1235}},{"term":{"cicd.pipeline.run.id":"unit.log"}}]}}""")).Single();
            var (one, two) = (line["_source"]!["message"]!.GetValue<string>(), other["_source"]!["message"]!.GetValue<string>());
            await folder.Api.DoAsync(HttpMethod.Put, DocumentOf(line), WithText(line, two).ToJsonString());
            await folder.Api.DoAsync(HttpMethod.Put, DocumentOf(other), WithText(other, one).ToJsonString());
        },
        "the index holds other text than was read");

    [Fact]
    public async Task A_doubled_line_is_a_gap() => await FindsAndMendsAsync(
        async line => await folder.Api.DoAsync(HttpMethod.Put, $"{line["_index"]}/_doc/copy", line["_source"]!.ToJsonString()),
        "3000 lines read, 3001 in the index");

    [Fact]
    public async Task A_line_of_an_older_generation_is_a_gap() => await FindsAndMendsAsync(
        async line =>
        {
            var source = line["_source"]!.DeepClone();
            EngineApi.Field(source, "granary.generation")!.ReplaceWith(0);
            await folder.Api.DoAsync(HttpMethod.Put, $"{line["_index"]}/_doc/old", source.ToJsonString());
        },
        "1 lines of other generations");

    [Fact]
    public async Task A_deleted_index_is_a_gap_of_every_build_in_it()
    {
        await folder.Api.DoAsync(HttpMethod.Delete, folder.Api.AllLines);
        var verified = await folder.RunAsync("verify", "-o", "json");
        verified.Code.ShouldBe(1);
        verified.Lines.Length.ShouldBe(3);
        JsonDocument.Parse(verified.Lines[^1]).RootElement.GetProperty("gaps").GetInt32().ShouldBe(2);
        (await folder.RunAsync("verify", "--repair")).Error.ShouldContain("2 builds will be read again");
        await folder.SucceedAsync("collect", "--once");
        await folder.SucceedAsync("verify");
    }

    private static string DocumentOf(JsonNode line) => $"{line["_index"]}/_doc/{line["_id"]}";

    private static JsonNode WithText(JsonNode line, string text)
    {
        var source = line["_source"]!.DeepClone();
        source["message"] = text;
        return source;
    }

    private async Task FindsAndMendsAsync(Func<JsonNode, Task> change, string said)
    {
        await change((await folder.Api.FindAsync("""{"bool":{"filter":[{"term":{"granary.line":1234}},{"term":{"cicd.pipeline.run.id":"unit.log"}}]}}""")).ShouldHaveSingleItem());

        var verified = await folder.RunAsync("verify", "--repair");

        verified.Code.ShouldBe(1);
        verified.Lines.Length.ShouldBe(2, verified.Out);
        verified.Lines[0].ShouldStartWith("gap: local/unit.log");
        verified.Lines[0].ShouldContain(said);
        verified.Error.ShouldContain("1 build will be read again");
        await folder.SucceedAsync("collect", "--once");
        await folder.SucceedAsync("verify");
        (await folder.Api.CountAsync()).ShouldBe(3002);
    }
}
