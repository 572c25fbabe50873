using System.Collections.Concurrent;
using Granary.Core.Chunks;
using Granary.Core.Ports;
using Granary.Elastic.Tests.Faults;

namespace Granary.Elastic.Tests.Writing;

/// <summary>A writer that outlives what goes wrong, before a server that answers as told.</summary>
public sealed class RecoveryTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_day_that_cannot_be_written_takes_nothing_from_the_writer_for_later()
    {
        var isBlocked = true;
        await using var proxy = await StandIn.StartAsync(request =>
            isBlocked && request.Path.Contains("2026.11.21", StringComparison.Ordinal) ? new EngineAnswer(200, """{"index":{"mappings":{}}}""") : null);
        await using var writer = Open(proxy, options => options with { MaxInFlight = 2, Linger = TimeSpan.FromHours(1) });
        var sound = TestLogs.Log(TestLogs.Build("sound"));
        var blocked = new LogIdentity(TestLogs.Build("blocked"), "log", "url", 1, TestLogs.Day.AddDays(1));
        async Task<List<ChunkOutcome>> WriteBothAsync() => await writer.WriteAsync(
            TestLogs.Chunks(sound, "one\n").Concat(TestLogs.Chunks(blocked, "two\n")), default).ToListAsync().AsTask().WaitAsync(Patience);

        for (var round = 0; round < 6; round++)
        {
            (await Should.ThrowAsync<IndexUnavailableException>(WriteBothAsync)).Message.ShouldContain("was not made by Granary's templates");
        }

        isBlocked = false;
        (await WriteBothAsync()).Select(outcome => outcome.Result).ShouldBe([ChunkResult.Stored, ChunkResult.Stored]);
    }

    [Fact]
    public async Task A_log_is_told_of_again_where_the_chunk_that_told_of_it_was_given_up()
    {
        var log = TestLogs.Log(TestLogs.Build("told"));
        var chunks = await TestLogs.Chunks(log, TestLogs.Text(4, 40_000)).ToListAsync();
        chunks.Count.ShouldBeGreaterThan(1);
        var (isRefusing, tolds, others) = (true, 0, 0);
        await using var proxy = await StandIn.StartAsync(request =>
        {
            if (!request.IsBulk)
            {
                return null;
            }

            if (!request.Text.Contains("\"granary.kind\":\"log\"", StringComparison.Ordinal))
            {
                others++;
                return null;
            }

            tolds++;
            return isRefusing ? new EngineAnswer(503, "{}") : null;
        });
        await using var writer = Open(proxy, options => options with { BatchBytes = 64 * 1024, GiveUpAfter = TimeSpan.FromSeconds(1) });
        var stored = new List<ChunkId>();
        await Should.ThrowAsync<IndexUnavailableException>(async () =>
        {
            await foreach (var outcome in writer.WriteAsync(chunks.ToAsyncEnumerable(), default))
            {
                stored.Add(outcome.Id);
            }
        });
        stored.ShouldNotBeEmpty("a later chunk is stored while the first is not");
        var before = tolds;
        isRefusing = false;

        var first = TestLogs.Chunks(log, TestLogs.Text(4, 40_000)).Take(1);
        (await writer.WriteAsync(first, default).ToListAsync()).ShouldHaveSingleItem().Result.ShouldBe(ChunkResult.Stored);

        tolds.ShouldBe(before + 1);
    }

    [Theory]
    [InlineData("3600")]
    [InlineData("99999999")]
    [InlineData("Tue, 31 Dec 2999 23:59:59 GMT")]
    public async Task An_engine_that_asks_for_hours_of_silence_is_asked_again_in_time(string retryAfter)
    {
        await using var proxy = await StandIn.StartAsync(request => request.IsBulk ? new EngineAnswer(429, "{}") { RetryAfter = retryAfter } : null);
        await using var writer = Open(proxy, options => options with { GiveUpAfter = TimeSpan.FromMilliseconds(300) });
        var chunks = TestLogs.Chunks(TestLogs.Log(TestLogs.Build("silence")), "line\n");

        var thrown = await Should.ThrowAsync<IndexUnavailableException>(() => writer.WriteAsync(chunks, default).ToListAsync().AsTask().WaitAsync(Patience));

        thrown.Message.ShouldContain("nothing could be written");
        using var client = StandIn.Client(proxy, options => options with { GiveUpAfter = TimeSpan.FromMilliseconds(50) });
        (await client.AskAsync(HttpMethod.Post, "x/_bulk", null, Patience, default).WaitAsync(Patience)).Status.ShouldBe(429);
    }

    [Fact]
    public async Task An_unreadable_answer_to_a_document_too_large_is_asked_for_again()
    {
        var halves = 0;
        await using var proxy = await StandIn.StartAsync(request => !request.IsBulk ? null
            : !request.Path.Contains("-dead", StringComparison.Ordinal) ? (request.Text.Contains("xxx", StringComparison.Ordinal) ? new EngineAnswer(413, "") : null)
            : halves++ < 2 ? new EngineAnswer(200, """{"errors":false,"items":[{"index":{"st""") : null);
        await using var writer = Open(proxy);

        var outcome = (await writer.WriteAsync(TestLogs.Chunks(TestLogs.Log(TestLogs.Build("half")), "short\nxxx\n"), default).ToListAsync()).ShouldHaveSingleItem();

        (outcome.Result, outcome.Refused, halves).ShouldBe((ChunkResult.Refused, 1, 3));
    }

    [Fact]
    public async Task A_refused_document_that_the_engine_is_too_busy_to_keep_is_sent_again()
    {
        var asked = 0;
        await using var proxy = await StandIn.StartAsync(request => !request.IsBulk ? null
            : !request.Path.Contains("-dead", StringComparison.Ordinal) ? StandIn.Items(request, 400)
            : asked++ < 2 ? StandIn.Items(request, 429) : null);
        await using var writer = Open(proxy);

        var outcome = (await writer.WriteAsync(TestLogs.Chunks(TestLogs.Log(TestLogs.Build("busy")), "line\n"), default).ToListAsync()).ShouldHaveSingleItem();

        (outcome.Result, asked).ShouldBe((ChunkResult.Refused, 3));
    }

    [Fact]
    public async Task What_is_told_of_old_builds_is_deleted_though_their_indices_went_before()
    {
        var asked = new ConcurrentQueue<EngineRequest>();
        await using var proxy = await StandIn.StartAsync(request =>
        {
            asked.Enqueue(request);
            return null;
        });
        await using var writer = Open(proxy, options => options with { RetentionDays = 30 });

        (await writer.ApplyRetentionAsync((_, _) => Task.CompletedTask, default)).ShouldBeEmpty();

        asked.Where(request => request.Path == "/t-builds/_delete_by_query").ShouldHaveSingleItem()
            .Text.ShouldContain($"{DateOnly.FromDateTime(DateTime.UtcNow).AddDays(-30):yyyy-MM-dd}");
    }

    [Fact]
    public async Task Answers_to_refused_documents_that_stay_unreadable_are_the_engines_fault()
    {
        await using var proxy = await StandIn.StartAsync(request => !request.IsBulk ? null
            : request.Path.Contains("-dead", StringComparison.Ordinal) ? new EngineAnswer(200, "{") : StandIn.Items(request, 400));
        await using var writer = Open(proxy);
        var chunks = TestLogs.Chunks(TestLogs.Log(TestLogs.Build("unreadable")), "line\n");
        (await Should.ThrowAsync<IndexUnavailableException>(async () => await writer.WriteAsync(chunks, default).ToListAsync())).Message.ShouldContain("cannot be read");
    }

    private static ElasticIndexWriter Open(FaultProxy proxy, Func<ElasticOptions, ElasticOptions>? change = null) =>
        new(StandIn.Client(proxy, change));
}
