using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Granary.Core.Chunks;
using Granary.Core.Model;
using Granary.Core.Ports;
using Granary.Core.Queries;
using Granary.Elastic.Tests.Faults;

namespace Granary.Elastic.Tests.Writing;

/// <summary>Writing to the real engine.</summary>
public sealed class WriterTests(Engine engine)
{
    [Fact]
    public async Task What_is_written_twice_is_held_once()
    {
        await using var writer = await OpenAsync();
        var log = TestLogs.Log(TestLogs.Build("twice"));
        for (var time = 0; time < 2; time++)
        {
            (await writer.WriteAsync(TestLogs.Chunks(log, TestLogs.Text(1, 500)), default).ToListAsync())
                .ShouldHaveSingleItem().Result.ShouldBe(ChunkResult.Stored);
        }

        (await writer.CountAsync(log.Build.Key, 1, log.IndexDay, default)).ShouldBe(500);
    }

    [Fact]
    public async Task Older_generations_are_deleted_and_only_they()
    {
        var options = await engine.OptionsAsync();
        await using var writer = await ElasticIndex.OpenWriterAsync(options, TimeProvider.System, default);
        await using var search = await ElasticIndex.OpenSearchAsync(options, TimeProvider.System, default);
        var (build, other) = (TestLogs.Build("again"), TestLogs.Build("other"));
        await WriteAsync(writer, TestLogs.Log(build), "old\nold\nold\n");
        await WriteAsync(writer, TestLogs.Log(other), "kept\n");
        await WriteAsync(writer, TestLogs.Log(build, generation: 2), "new\nnew\n");
        (await search.ReadContentsAsync(build.Key, 2, default)).OtherGenerations.ShouldBe(3);

        await writer.DeleteOlderGenerationsAsync(build.Key, 2, TestLogs.Day, default);

        (await writer.CountAsync(build.Key, 1, TestLogs.Day, default)).ShouldBe(0);
        (await writer.CountAsync(build.Key, 2, TestLogs.Day, default)).ShouldBe(2);
        (await writer.CountAsync(other.Key, 1, TestLogs.Day, default)).ShouldBe(1);
        var contents = await search.ReadContentsAsync(build.Key, 2, default);
        contents.OtherGenerations.ShouldBe(0);
        contents.Files.ShouldHaveSingleItem().Value.ShouldSatisfyAllConditions(
            file => file.Entries.ShouldBe(2),
            file => file.Bytes.ShouldBe("new\nnew\n".Length));
    }

    [Fact]
    public async Task Named_generations_are_deleted_and_only_they()
    {
        var options = await engine.OptionsAsync();
        await using var writer = await ElasticIndex.OpenWriterAsync(options, TimeProvider.System, default);
        var (build, other) = (TestLogs.Build("given-up"), TestLogs.Build("beside"));
        for (var generation = 1; generation <= 4; generation++)
        {
            await WriteAsync(writer, TestLogs.Log(build, generation: generation), "line\n");
        }

        await WriteAsync(writer, TestLogs.Log(other, generation: 2), "kept\n");

        await writer.DeleteGenerationsAsync(build.Key, 2, 3, TestLogs.Day, default);

        foreach (var (generation, held) in new[] { (1, 1), (2, 0), (3, 0), (4, 1) })
        {
            (await writer.CountAsync(build.Key, generation, TestLogs.Day, default)).ShouldBe(held);
        }

        (await writer.CountAsync(other.Key, 2, TestLogs.Day, default)).ShouldBe(1);
    }

    [Fact]
    public async Task Lines_that_the_mapping_refuses_become_dead_letters_with_the_reason()
    {
        var options = await engine.OptionsAsync();
        await using var writer = await ElasticIndex.OpenWriterAsync(options, TimeProvider.System, default);
        await PutAsync($"{options.Prefix}-lines-2026.11.20", """{"mappings":{"properties":{"message":{"type":"long"}}}}""");

        var outcome = (await writer.WriteAsync(TestLogs.Chunks(TestLogs.Log(TestLogs.Build("mapping")), "1\ntwo\n3\n"), default).ToListAsync())
            .ShouldHaveSingleItem();

        outcome.ShouldSatisfyAllConditions(
            it => it.Result.ShouldBe(ChunkResult.Refused),
            it => it.Refused.ShouldBe(1),
            it => it.Reason!.ShouldContain("message"));
        (await writer.CountAsync(TestLogs.Build("mapping").Key, 1, TestLogs.Day, default)).ShouldBe(2);
        (await writer.DeadLettersAsync(10, default)).ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            it => it.Document.ShouldContain("\"message\":\"two\""),
            it => it.Index.ShouldBe($"{options.Prefix}-lines-2026.11.20"),
            it => it.Status.ShouldBe(400));
    }

    [Theory]
    [InlineData("read_only_allow_delete", "disk is nearly full")]
    [InlineData("write", "blocks writing")]
    public async Task A_block_on_the_index_is_said_plainly_and_writing_goes_on_without_it(string block, string said)
    {
        var options = await engine.OptionsAsync();
        await using var writer = await ElasticIndex.OpenWriterAsync(options, TimeProvider.System, default);
        var index = $"{options.Prefix}-lines-2026.11.20";
        await PutAsync(index, "{}");
        await PutAsync($"{index}/_settings", $$"""{"index.blocks.{{block}}":true}""");
        var log = TestLogs.Log(TestLogs.Build("blocked"));

        var thrown = await Should.ThrowAsync<IndexUnavailableException>(() => WriteAsync(writer, log, "line\n"));
        thrown.Message.ShouldContain(said);

        await PutAsync($"{index}/_settings", $$"""{"index.blocks.{{block}}":null}""");
        await WriteAsync(writer, log, "line\n");
        (await writer.CountAsync(log.Build.Key, 1, log.IndexDay, default)).ShouldBe(1);
    }

    [Fact]
    public async Task A_token_longer_than_the_engine_can_index_is_no_obstacle()
    {
        var options = await engine.OptionsAsync();
        await using var writer = await ElasticIndex.OpenWriterAsync(options, TimeProvider.System, default);
        var log = TestLogs.Log(TestLogs.Build("hex"));
        var text = new string('f', 32 * 1024) + "\n" + string.Concat(Enumerable.Repeat("Ⱥ", 16 * 1024)) + "\n";
        (await writer.WriteAsync(TestLogs.Chunks(log, text), default).ToListAsync()).ShouldAllBe(outcome => outcome.Result == ChunkResult.Stored);
        await using var search = await ElasticIndex.OpenSearchAsync(options, TimeProvider.System, default);
        (await search.CountAsync(QueryParser.Parse("*ffff", default), TimeSpan.Zero, default)).ShouldSatisfyAllConditions(
            it => it.Total.ShouldBe(1),
            it => it.Exact.ShouldBeTrue());
        (await search.CountAsync(new PhraseNode([new string('f', 32 * 1024)]), TimeSpan.Zero, default)).Total.ShouldBe(1);
        (await search.CountAsync(new PhraseNode([new string('f', 1024)]), TimeSpan.Zero, default)).Total.ShouldBe(0);
    }

    [Fact]
    public async Task Batches_of_many_days_go_to_the_index_of_each()
    {
        var options = await engine.OptionsAsync();
        await using var writer = await ElasticIndex.OpenWriterAsync(options, TimeProvider.System, default);
        var logs = Enumerable.Range(0, 3)
            .Select(day => new LogIdentity(TestLogs.Build($"day{day}"), "log", "url", 1, TestLogs.Day.AddDays(day))).ToArray();
        var chunks = logs.ToAsyncEnumerable().SelectMany(log => TestLogs.Chunks(log, "a\nb\n"));
        (await writer.WriteAsync(chunks, default).ToListAsync()).Count.ShouldBe(3);
        foreach (var log in logs)
        {
            (await writer.CountAsync(log.Build.Key, 1, log.IndexDay, default)).ShouldBe(2);
        }

        writer.Requests.ShouldBe(1);
    }

    [Fact]
    public async Task Retention_deletes_indices_of_old_days()
    {
        var options = await engine.OptionsAsync() with { RetentionDays = 30 };
        await using var writer = await ElasticIndex.OpenWriterAsync(options, TimeProvider.System, default);
        var today = DateOnly.FromDateTime(DateTime.UtcNow);
        var old = new LogIdentity(TestLogs.Build("old"), "log", "url", 1, today.AddDays(-31));
        var young = new LogIdentity(TestLogs.Build("young"), "log", "url", 1, today.AddDays(-29));
        await WriteAsync(writer, old, "a\n");
        await WriteAsync(writer, young, "a\n");
        var firstKept = new List<DateOnly>();
        Task NoteAsync(DateOnly first, CancellationToken cancellation)
        {
            firstKept.Add(first);
            return Task.CompletedTask;
        }

        (await writer.ApplyRetentionAsync(NoteAsync, default)).ShouldBe([old.IndexDay]);
        (await writer.CountAsync(old.Build.Key, 1, old.IndexDay, default)).ShouldBe(0);
        (await writer.CountAsync(young.Build.Key, 1, young.IndexDay, default)).ShouldBe(1);
        (await writer.ApplyRetentionAsync(NoteAsync, default)).ShouldBeEmpty();
        firstKept.ShouldBe([today.AddDays(-30)]);
    }

    [Fact]
    public async Task A_receipt_is_stored_as_the_document_of_its_build()
    {
        var options = await engine.OptionsAsync();
        await using var writer = await ElasticIndex.OpenWriterAsync(options, TimeProvider.System, default);
        var build = TestLogs.Build("receipt");
        await writer.PutReceiptAsync(new Receipt { Build = build, Status = ReceiptStatus.Complete, Generation = 3, IndexDay = TestLogs.Day }, default);
        using var http = new HttpClient();
        var found = await http.GetFromJsonAsync<JsonObject>(
            new Uri(await engine.AddressAsync(), $"{options.Prefix}-builds/_doc/{Granary.Elastic.Writing.LineIds.Of(build.Key.Hash)}"));
        found!["_source"]!["granary.status"]!.GetValue<string>().ShouldBe("complete");
        found["_source"]!["cicd.pipeline.run.id"]!.GetValue<string>().ShouldBe("receipt");
    }

    [Fact]
    public async Task Retention_forgets_what_was_refused_of_old_days_and_only_that()
    {
        var options = await engine.OptionsAsync() with { RetentionDays = 30 };
        await using var writer = await ElasticIndex.OpenWriterAsync(options, TimeProvider.System, default);
        var today = DateOnly.FromDateTime(DateTime.UtcNow);
        foreach (var day in (DateOnly[])[today.AddDays(-31), today.AddDays(-29)])
        {
            await PutAsync($"{options.Prefix}-lines-{day:yyyy.MM.dd}", """{"mappings":{"properties":{"message":{"type":"long"}}}}""");
            await WriteAsync(writer, new LogIdentity(TestLogs.Build($"of {day}"), "log", "url", 1, day), "1\nrefused\n");
        }

        (await writer.DeadLettersAsync(10, default)).Count.ShouldBe(2);

        await writer.ApplyRetentionAsync((_, _) => Task.CompletedTask, default);

        (await writer.DeadLettersAsync(10, default)).ShouldHaveSingleItem().Index.ShouldBe($"{options.Prefix}-lines-{today.AddDays(-29):yyyy.MM.dd}");
        await using var search = await ElasticIndex.OpenSearchAsync(options, TimeProvider.System, default);
        (await search.RefusedAsync(default)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_receipt_that_is_too_large_is_stored_without_its_files()
    {
        var refused = 0;
        await using var proxy = await FaultProxy.StartAsync(await engine.AddressAsync(), new FaultPlan(1)
        {
            Script = (method, path) => method == "PUT" && path.Contains("-builds/_doc/", StringComparison.Ordinal) && refused++ == 0 ? (413, "") : null,
        });
        var options = await engine.OptionsAsync() with { Urls = [proxy.Address] };
        await using var writer = await ElasticIndex.OpenWriterAsync(options, TimeProvider.System, default);

        await writer.PutReceiptAsync(LargeReceipt("large"), default);

        var stored = await ReceiptAsync(options, "large");
        stored!["granary.lines"]!.GetValue<long>().ShouldBe(6000);
        stored["granary.record"]!["files"]!.AsArray().ShouldBeEmpty();
        stored["granary.record"]!["reasons"]!.AsArray().ShouldHaveSingleItem()!.GetValue<string>().ShouldContain("3000 files are left out");
    }

    [Theory]
    [InlineData(413, "")]
    [InlineData(400, """{"error":{"type":"mapper_parsing_exception","reason":"made up"},"status":400}""")]
    public async Task A_receipt_that_is_refused_for_good_is_a_dead_letter_and_no_failure(int status, string said)
    {
        await using var proxy = await FaultProxy.StartAsync(await engine.AddressAsync(), new FaultPlan(1)
        {
            Script = (method, path) => method == "PUT" && path.Contains("-builds/_doc/", StringComparison.Ordinal) ? (status, said) : null,
        });
        var options = await engine.OptionsAsync() with { Urls = [proxy.Address] };
        await using var writer = await ElasticIndex.OpenWriterAsync(options, TimeProvider.System, default);

        await writer.PutReceiptAsync(LargeReceipt("refused"), default);

        var dead = (await writer.DeadLettersAsync(10, default)).ShouldHaveSingleItem();
        (dead.Index, dead.Status).ShouldBe(($"{options.Prefix}-builds", status));
        dead.Reason.ShouldContain("refused to store a receipt");
        dead.Document.ShouldContain("\"granary.status\":\"complete\"");
    }

    private static Receipt LargeReceipt(string build) => new()
    {
        Build = TestLogs.Build(build),
        Status = ReceiptStatus.Complete,
        Generation = 1,
        IndexDay = TestLogs.Day,
        Files = [.. Enumerable.Range(0, 3000).Select(number => new FileReceipt { Path = $"log-{number}", Url = "url", Status = FileStatus.Complete, Lines = 2 })],
    };

    private static async Task<JsonNode?> ReceiptAsync(ElasticOptions options, string build)
    {
        using var http = new HttpClient();
        var id = Granary.Elastic.Writing.LineIds.Of(TestLogs.Build(build).Key.Hash);
        return (await http.GetFromJsonAsync<JsonObject>(new Uri(options.Urls[0], $"{options.Prefix}-builds/_doc/{id}")))!["_source"];
    }

    private async Task PutAsync(string path, string json)
    {
        using var http = new HttpClient();
        using var answer = await http.PutAsync(
            new Uri(await engine.AddressAsync(), path), new StringContent(json, Encoding.UTF8, "application/json"));
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
    }

    private static async Task WriteAsync(ElasticIndexWriter writer, LogIdentity log, string text) =>
        await writer.WriteAsync(TestLogs.Chunks(log, text), default).ToListAsync();

    private async Task<ElasticIndexWriter> OpenAsync() =>
        await ElasticIndex.OpenWriterAsync(await engine.OptionsAsync(), TimeProvider.System, default);
}
