using Granary.Core.Chunks;
using Granary.Core.Queries;
using Granary.Core.Search;

namespace Granary.Blocks.Tests;

public sealed class WritingTests : IDisposable
{
    private readonly IndexFixture index = new();

    public void Dispose() => index.Dispose();

    [Fact]
    public async Task A_line_that_was_written_is_found()
    {
        await using var writer = index.OpenWriter();
        var outcomes = await TestLogs.WriteAsync(writer, (TestLogs.Log("a"), "first\nno space left\nlast\n"));

        outcomes.ShouldHaveSingleItem().Result.ShouldBe(ChunkResult.Stored);
        var hit = (await index.SearchAsync(new PhraseNode(["no", "space"]))).ShouldHaveSingleItem();
        hit.Line.Number.ShouldBe(2);
        hit.Build.Key.Id.ShouldBe("a");
        hit.Build.Labels["node"].ShouldBe("small");
        hit.Matches.ShouldBe([new MatchSpan(0, 8)]);
    }

    [Fact]
    public async Task A_chunk_written_again_is_held()
    {
        await using var writer = index.OpenWriter();
        await TestLogs.WriteAsync(writer, (TestLogs.Log("a"), "one\n"));

        var outcomes = await TestLogs.WriteAsync(writer, (TestLogs.Log("a"), "one\n"));

        outcomes.ShouldHaveSingleItem().Result.ShouldBe(ChunkResult.Held);
        (await index.LinesAsync(new AllNode())).ShouldBe(["one"]);
    }

    [Fact]
    public async Task A_chunk_written_twice_in_one_stream_is_stored_once()
    {
        await using var writer = index.OpenWriter();

        var outcomes = await TestLogs.WriteAsync(writer, (TestLogs.Log("a"), "one\n"), (TestLogs.Log("a"), "one\n"));

        outcomes.Select(outcome => outcome.Result).Order().ShouldBe([ChunkResult.Stored, ChunkResult.Held]);
        (await index.LinesAsync(new AllNode())).ShouldBe(["one"]);
    }

    [Fact]
    public async Task A_chunk_with_another_content_is_a_conflict()
    {
        await using var writer = index.OpenWriter();
        await TestLogs.WriteAsync(writer, (TestLogs.Log("a"), "one\n"));

        var outcomes = await TestLogs.WriteAsync(writer, (TestLogs.Log("a"), "two\n"));

        outcomes.ShouldHaveSingleItem().Result.ShouldBe(ChunkResult.Conflict);
        (await index.LinesAsync(new AllNode())).ShouldBe(["one"]);
    }

    [Fact]
    public async Task What_is_held_is_known_after_a_restart()
    {
        await using (var first = index.OpenWriter())
        {
            await TestLogs.WriteAsync(first, (TestLogs.Log("a"), "one\n"));
        }

        await using var second = index.OpenWriter();
        var outcomes = await TestLogs.WriteAsync(second, (TestLogs.Log("a"), "one\n"), (TestLogs.Log("a", generation: 2), "one\n"));

        outcomes.Select(outcome => outcome.Result).Order().ShouldBe([ChunkResult.Stored, ChunkResult.Held]);
    }

    [Fact]
    public async Task A_second_writer_is_refused()
    {
        await using var writer = index.OpenWriter();

        Should.Throw<IndexLockedException>(() => index.OpenWriter()).Message.ShouldContain(index.Folder);
    }

    [Fact]
    public async Task Builds_of_two_days_lie_in_two_segments()
    {
        await using var writer = index.OpenWriter();

        await TestLogs.WriteAsync(writer,
            (TestLogs.Log("a"), "one\n"), (TestLogs.Log("b", finish: TestLogs.Finish.AddDays(1)), "two\n"));

        index.SegmentFiles.Count.ShouldBe(2);
        (await index.LinesAsync(new AllNode())).ShouldBe(["two", "one"]);
    }

    [Fact]
    public async Task More_days_than_may_be_open_are_all_written()
    {
        await using var writer = index.OpenWriter();
        var logs = Enumerable.Range(0, 9).Select(day => (TestLogs.Log($"b{day}", finish: TestLogs.Finish.AddDays(day)), $"day {day}\n"));

        var outcomes = await TestLogs.WriteAsync(writer, [.. logs]);

        outcomes.Count.ShouldBe(9);
        (await index.LinesAsync(new AllNode())).Count.ShouldBe(9);
    }

    [Fact]
    public async Task Committed_entries_are_counted_by_build_and_generation()
    {
        await using var writer = index.OpenWriter();
        var log = TestLogs.Log("a");
        await TestLogs.WriteAsync(writer, (log, "one\ntwo\n"), (TestLogs.Log("a", generation: 2), "one\n"), (TestLogs.Log("b"), "x\n"));

        (await writer.CountAsync(log.Build.Key, 1, log.IndexDay, CancellationToken.None)).ShouldBe(2);
        (await writer.CountAsync(log.Build.Key, 2, log.IndexDay, CancellationToken.None)).ShouldBe(1);
        (await writer.CountAsync(log.Build.Key, 3, log.IndexDay, CancellationToken.None)).ShouldBe(0);
    }

    [Fact]
    public async Task Files_that_no_row_names_are_deleted_at_open()
    {
        await using (var first = index.OpenWriter())
        {
            await TestLogs.WriteAsync(first, (TestLogs.Log("a"), "one\n"));
        }

        var segments = Path.Combine(index.Folder, "segments");
        await File.WriteAllTextAsync(Path.Combine(segments, "0000000077.tmp"), "torn");
        await File.WriteAllTextAsync(Path.Combine(segments, "0000000078.seg"), "never committed");

        await using var second = index.OpenWriter();

        Directory.EnumerateFiles(segments).Select(Path.GetFileName).ShouldBe(["0000000001.seg"]);
        (await index.LinesAsync(new AllNode())).ShouldBe(["one"]);
    }

    [Fact]
    public async Task Chunks_that_wait_are_committed_when_hurried()
    {
        await using var writer = BlockIndexWriter.Open(index.Options with
        {
            FlushInterval = TimeSpan.FromHours(1), IdleInterval = TimeSpan.FromHours(1),
        });
        var chunk = (await TestLogs.ChunksAsync(TestLogs.Log("a"), "one\n"))[0];
        var taken = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        async IAsyncEnumerable<Chunk> Input()
        {
            yield return chunk;
            taken.SetResult();
            await release.Task;
        }

        await using var outcomes = writer.WriteAsync(Input(), CancellationToken.None).GetAsyncEnumerator();
        var first = outcomes.MoveNextAsync().AsTask();
        await taken.Task;
        first.IsCompleted.ShouldBeFalse();
        writer.Hurry();

        (await first.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBeTrue();
        outcomes.Current.Result.ShouldBe(ChunkResult.Stored);
        release.SetResult();
        (await outcomes.MoveNextAsync()).ShouldBeFalse();
    }
}
