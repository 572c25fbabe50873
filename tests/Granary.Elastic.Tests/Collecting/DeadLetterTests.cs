using System.Text.Json;

namespace Granary.Elastic.Tests.Collecting;

/// <summary>Lines that the engine refuses for good: told everywhere, and read again when the cause has gone.</summary>
public sealed class DeadLetterTests(Engine engine) : IAsyncLifetime
{
    private EngineFolder folder = null!;
    private string index = "";

    public async ValueTask InitializeAsync()
    {
        folder = new EngineFolder(await engine.AddressAsync());
        var log = folder.Files.Write("logs/unit.log", "12\nnot a number\n34\nnor this one\n");
        var day = new DateTime(2026, 11, 20, 10, 0, 0, DateTimeKind.Utc);
        System.IO.File.SetLastWriteTimeUtc(log, day);
        index = $"{folder.Prefix}-lines-2026.11.20";

        // What a template of somebody else's can do to ours.
        await folder.SucceedAsync("source", "add", "directory", "local", "--path", folder.Files.Logs);
        (await folder.RunAsync("collect", "nothing", "--once")).Code.ShouldBe(2);
        await folder.Api.DoAsync(HttpMethod.Put, index, """{"mappings":{"properties":{"message":{"type":"long"}}}}""");
    }

    public ValueTask DisposeAsync()
    {
        folder?.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Refused_lines_are_told_by_every_verb_and_replayed_when_the_cause_has_gone()
    {
        const string Reason = "mapper_parsing_exception: failed to parse field [message] of type [long]";
        var collected = await folder.CollectLogsAsync();
        collected.Code.ShouldBe(1, collected.Error);
        collected.Error.ShouldContain($"local/unit.log: the index refused 2 lines: {Reason}");

        await StatusTellsAsync(Reason);
        await ShowTellsAsync(Reason);
        await VerifyTellsAsync(Reason);
        (await folder.SucceedAsync("search", "*", "--count")).Out.ShouldBe("2\n");

        // Read again as long as the cause is there: the same again, not twice.
        (await folder.RunAsync("verify", "--repair")).Error.ShouldContain("1 build will be read again");
        (await folder.RunAsync("collect", "--once")).Code.ShouldBe(1);
        Status(await folder.SucceedAsync("status", "-o", "json")).GetProperty("refusedLines").GetInt64().ShouldBe(2);

        await folder.Api.DoAsync(HttpMethod.Delete, index);
        await folder.RunAsync("verify", "--repair");
        await folder.SucceedAsync("collect", "--once");

        (await folder.SucceedAsync("verify")).Lines[^1].ShouldContain("4 lines: 0 gaps, 0 notes");
        (await folder.SucceedAsync("status")).Out.ShouldNotContain("refused");
        (await folder.SucceedAsync("show", "local/unit.log")).Out.ShouldNotContain("refused");
        (await folder.SucceedAsync("search", "*", "--count")).Out.ShouldBe("4\n");
    }

    private async Task StatusTellsAsync(string reason)
    {
        var status = Status(await folder.SucceedAsync("status", "-o", "json"));
        status.GetProperty("engine").GetString()!.ShouldStartWith("OpenSearch 2.");
        status.GetProperty("refusedLines").GetInt64().ShouldBe(2);
        status.GetProperty("refusals")[0].GetProperty("reason").GetString().ShouldBe(reason);
        status.GetProperty("refusals")[0].GetProperty("lines").GetInt64().ShouldBe(2);
        var text = (await folder.SucceedAsync("status")).Out;
        text.ShouldContain("The index refused 2 lines; 'granary verify' names the builds:");
        text.ShouldContain($"2  {reason}");
    }

    private async Task ShowTellsAsync(string reason)
    {
        var text = (await folder.SucceedAsync("show", "local/unit.log")).Out;
        text.ShouldContain("receipt:     complete");
        text.ShouldContain($"unit.log  (the index refused 2 lines: {reason})");
        var file = JsonDocument.Parse((await folder.SucceedAsync("show", "local/unit.log", "-o", "json")).Out).RootElement.GetProperty("files")[0];
        file.GetProperty("refused").GetInt64().ShouldBe(2);
        file.GetProperty("reason").GetString()!.ShouldContain(reason);
    }

    private async Task VerifyTellsAsync(string reason)
    {
        var text = await folder.RunAsync("verify");
        text.Code.ShouldBe(1);
        text.Lines.Length.ShouldBe(2, text.Out);
        text.Lines[0].ShouldBe($"gap: local/unit.log unit.log: the index refused 2 lines: {reason}");
        var json = await folder.RunAsync("verify", "-o", "json");
        json.Code.ShouldBe(1);
        JsonDocument.Parse(json.Lines[0]).RootElement.GetProperty("kind").GetString().ShouldBe("refusedLines");
    }

    private static JsonElement Status(Granary.Tests.Program.GranaryRun run) => JsonDocument.Parse(run.Out).RootElement.GetProperty("index");
}
