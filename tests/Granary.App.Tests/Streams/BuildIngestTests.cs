using System.Text;
using Granary.Core.Capacity;
using Granary.Core.Cursors;
using Granary.Core.Lines;
using Granary.Core.Masking;
using Granary.Core.Model;
using Granary.Core.Ports;
using Granary.Core.Streams;
using Granary.State;
using Granary.Testing;

namespace Granary.App.Tests.Streams;

/// <summary>The order of effects of one build, over a real state store, a scripted CI and an index in memory.</summary>
public sealed class BuildIngestTests : IAsyncLifetime
{
    private static readonly IngestOptions Often = new() { CheckpointBytes = 100_000, WindowBytes = 300_000 };
    private readonly string folder = Directory.CreateTempSubdirectory("granary-ingest-").FullName;
    private readonly CancellationTokenSource stop = new();
    private readonly ScriptedSource source = new();
    private readonly MemoryIndex index = new();
    private SqliteStateStore state = null!;
    private InProcessChunkChannel channel = null!;
    private Task pump = Task.CompletedTask;

    private static string LongText => string.Concat(Enumerable.Range(0, 40_000).Select(n => $"line {n} of a log that is long enough\n"));

    public async ValueTask InitializeAsync()
    {
        state = await SqliteStateStore.OpenAsync(new() { Path = Path.Combine(folder, "state.db") });
        channel = new(index, new StageMeter("index", 1, TimeProvider.System), TimeProvider.System, TimeSpan.FromMilliseconds(10));
        pump = channel.RunAsync(stop.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await pump.ContinueWith(_ => { }, TaskScheduler.Default);
        await state.DisposeAsync();
        stop.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_build_gets_its_receipt_when_every_chunk_is_held()
    {
        source.Add("b", "job.log", "one\ntwo\nthree\n");

        var receipt = await IngestAsync(await TakeAsync("b"));

        receipt.Status.ShouldBe(ReceiptStatus.Complete);
        receipt.Lines.ShouldBe(3);
        receipt.Files.Single().DeclaredBytes.ShouldBe(14);
        receipt.Files.Single().ReceivedBytes.ShouldBe(14);
        index.Digests().Single().Value.Entries.ShouldBe(3);
        (await PendingAsync()).ShouldBeEmpty();
        (await state.ReadReceiptAsync(receipt.Build.Key, default))!.Entries.ShouldBe(3);
    }

    [Fact]
    public async Task A_build_without_logs_gets_a_receipt_that_says_so()
    {
        source.Logs["b"] = [];

        var receipt = await IngestAsync(await TakeAsync("b"));

        receipt.Status.ShouldBe(ReceiptStatus.Complete);
        receipt.Reasons.ShouldHaveSingleItem().ShouldContain("no logs");
    }

    [Fact]
    public async Task A_log_that_is_gone_is_missing_on_the_receipt_and_the_others_are_read()
    {
        source.Add("b", "gone.log", "x\n");
        source.Add("b", "here.log", "y\n");
        source.BeforeRead = (file, _) => { };
        var pending = await TakeAsync("b");
        var gone = new GoneSource(source, "gone.log");

        var receipt = await IngestAsync(pending, gone);

        receipt.Files.Select(file => file.Status).ShouldBe([FileStatus.Missing, FileStatus.Complete]);
        receipt.Files[0].Reason.ShouldNotBeNull();
        receipt.Lines.ShouldBe(1);
    }

    [Fact]
    public async Task The_next_reading_resumes_at_the_checkpoint_and_gives_the_same_lines()
    {
        source.Add("b", "first.log", "short\n");
        source.Add("b", "long.log", LongText);
        var expected = index.Digests();
        var again = await BreakInLongLogAsync();
        again.Checkpoint.ShouldNotBeNull();
        source.Opened.Clear();
        var receipt = await IngestAsync(again, options: Often);

        source.Opened.ShouldHaveSingleItem().Offset.ShouldBeGreaterThan(0);
        receipt.Lines.ShouldBe(40_001);
        expected.ShouldBeEmpty();
        index.Digests().Values.Sum(digest => digest.Entries).ShouldBe(40_001);
    }

    [Fact]
    public async Task A_file_that_is_asked_for_since_the_checkpoint_is_read()
    {
        source.Add("b", "asked-for-later.log", "short\n");
        source.Skipped["asked-for-later.log"] = "not asked for";
        source.Add("b", "long.log", LongText);
        var again = await BreakInLongLogAsync();
        again.Checkpoint.ShouldNotBeNull().Done.ShouldHaveSingleItem().Status.ShouldBe(FileStatus.Skipped);
        source.Skipped.Clear();

        var receipt = await IngestAsync(again, options: Often);

        receipt.Files.Select(file => (file.Path, file.Status)).ShouldBe([("asked-for-later.log", FileStatus.Complete), ("long.log", FileStatus.Complete)]);
        receipt.Lines.ShouldBe(40_001);
        index.Digests().Values.Sum(digest => digest.Entries).ShouldBe(40_001);
    }

    [Fact]
    public async Task Without_resuming_what_is_acknowledged_is_read_again_and_skipped()
    {
        source.Add("b", "long.log", LongText);
        var again = await BreakInLongLogAsync();

        source.Resumes = false;
        var receipt = await IngestAsync(again, options: Often);

        source.Opened[^1].Offset.ShouldBe(0);
        receipt.Lines.ShouldBe(40_000);
        index.Digests().Single().Value.Entries.ShouldBe(40_000);
    }

    [Fact]
    public async Task A_log_that_changed_before_its_checkpoint_asks_for_the_next_generation()
    {
        source.Add("b", "long.log", LongText);
        var again = await BreakInLongLogAsync();

        source.ETag = "two";
        source.Add("b", "long.log", LongText.Replace("line 7 ", "line seven ", StringComparison.Ordinal));
        await Should.ThrowAsync<LogChangedException>(() => IngestAsync(again, options: Often));

        var receipt = await IngestAsync(BuildIngest.NextGeneration(again), options: Often);
        receipt.Generation.ShouldBe(2);
        index.Digests().Single().Value.ShouldBe(DigestOf(source.Logs["b"]["long.log"]));
    }

    [Fact]
    public async Task Another_version_of_the_normaliser_makes_a_generation_that_is_stored_before_its_first_chunk()
    {
        source.Add("b", "job.log", "one\n");
        var pending = await TakeAsync("b") with { NormaliserVersion = LineFormat.Version - 1 };
        var stored = 0;
        index.BeforeStoring = chunk =>
        {
            chunk.Log.Generation.ShouldBe(2);
            stored = PendingAsync().GetAwaiter().GetResult().Single().Generation;
        };

        var receipt = await IngestAsync(pending);

        stored.ShouldBe(2);
        receipt.Generation.ShouldBe(2);
        receipt.NormaliserVersion.ShouldBe(LineFormat.Version);
    }

    [Fact]
    public async Task Without_its_receipt_a_build_is_read_again_and_found_held()
    {
        source.Add("b", "job.log", "one\ntwo\n");
        var pending = await TakeAsync("b");
        var first = New(pending);
        await first.ReadAsync(default);

        var receipt = await IngestAsync(pending with { ReadBefore = true });

        index.HeldAgain.ShouldBe(1);
        receipt.Generation.ShouldBe(1);
        index.Digests().Single().Value.Entries.ShouldBe(2);
    }

    [Fact]
    public async Task Files_that_are_not_read_cost_memory_once_each()
    {
        const int Files = 20_000;
        for (var n = 0; n < Files; n++)
        {
            source.Add("b", $"coverage/{n}.html", "");
            source.Skipped[$"coverage/{n}.html"] = "not asked for";
        }

        var ingest = New(await TakeAsync("b"));
        var before = GC.GetTotalAllocatedBytes(precise: true);
        await ingest.ReadAsync(default);
        (GC.GetTotalAllocatedBytes(precise: true) - before).ShouldBeLessThan(Files * 2_000L);

        (await ingest.SettleAsync(default)).Files.Count.ShouldBe(Files);
    }

    [Fact]
    public async Task Waiting_for_bytes_is_no_work_of_normalising()
    {
        var (fetch, normalise) = (new ManualTime(), new ManualTime());
        source.Add("b", "long.log", LongText);
        source.BeforeRead = (_, _) =>
        {
            fetch.Advance(TimeSpan.FromSeconds(1));
            normalise.Advance(TimeSpan.FromSeconds(1));
        };
        var meters = new IngestMeters(new("fetch", 1, fetch), new("normalise", 1, normalise));

        await New(await TakeAsync("b"), meters: meters).ReadAsync(default);

        meters.Fetch.Read().Busy.ShouldBeGreaterThan(TimeSpan.FromSeconds(1));
        meters.Normalise.Read().Busy.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public async Task Making_chunks_is_work_of_normalising()
    {
        source.Add("b", "long.log", LongText);
        var meters = IngestMeters.Unwatched(TimeProvider.System);

        await New(await TakeAsync("b"), meters: meters).ReadAsync(default);

        meters.Normalise.Read().Busy.ShouldBeGreaterThan(TimeSpan.Zero);
    }

    private static LogDigest DigestOf(byte[] log)
    {
        var (digest, number) = (default(LogDigest), 0L);
        foreach (var line in Encoding.UTF8.GetString(log).Split('\n').SkipLast(1))
        {
            digest = digest.With(++number, 0, Encoding.UTF8.GetBytes(line));
        }

        return digest;
    }

    private async Task<PendingBuild> TakeAsync(string build)
    {
        var rules = new TakeRules(DateTimeOffset.UtcNow, TimeSpan.FromDays(1), LineFormat.Version, Masker.Version);
        await state.TakeAsync("scripted", 0, new([ScriptedSource.BuildOf(build)], null), rules, default);
        return (await PendingAsync()).Single();
    }

    private Task<IReadOnlyList<PendingBuild>> PendingAsync() =>
        state.ReadPendingAsync("scripted", DateTimeOffset.UtcNow.AddYears(1), 10, new HashSet<BuildKey>(), default);

    private BuildIngest New(PendingBuild pending, ICiSource? from = null, IngestOptions? options = null, IngestMeters? meters = null) => new(
        pending, from ?? source, state, index, channel, new Masker(), options ?? new(),
        meters ?? IngestMeters.Unwatched(TimeProvider.System), TimeProvider.System);

    /// <summary>The build "b" after a reading that broke beyond the first million bytes of long.log.</summary>
    private async Task<PendingBuild> BreakInLongLogAsync()
    {
        source.BeforeRead = (file, offset) =>
        {
            if (file == "long.log" && offset > 1_000_000)
            {
                throw new CiException("the connection broke");
            }
        };
        var pending = await TakeAsync("b");
        await Should.ThrowAsync<CiException>(() => IngestAsync(pending, options: Often));
        source.BeforeRead = (_, _) => { };
        return (await PendingAsync()).Single() with { ReadBefore = true };
    }

    private async Task<Receipt> IngestAsync(PendingBuild pending, ICiSource? from = null, IngestOptions? options = null)
    {
        var ingest = New(pending, from, options);
        await ingest.ReadAsync(default);
        return await ingest.SettleAsync(default);
    }

    private sealed class GoneSource(ScriptedSource inner, string gone) : ICiSource
    {
        public Func<Receipt, bool>? IsOutgrown => inner.IsOutgrown;

        public bool IsWanted(Build build) => inner.IsWanted(build);

        public IAsyncEnumerable<BuildPage> ReadPagesAsync(CursorState cursor, CancellationToken cancellation) =>
            inner.ReadPagesAsync(cursor, cancellation);

        public Task<IReadOnlyList<Build>> ReadBuildsAsync(IReadOnlyList<Build> open, CancellationToken cancellation) =>
            inner.ReadBuildsAsync(open, cancellation);

        public Task<IReadOnlyList<LogFile>> ListLogsAsync(Build build, CancellationToken cancellation) =>
            inner.ListLogsAsync(build, cancellation);

        public Task<LogBody> OpenLogAsync(Build build, LogFile file, long offset, string? etag, CancellationToken cancellation) =>
            file.Path == gone
                ? throw new CiException("404 Not Found") { Gone = true }
                : inner.OpenLogAsync(build, file, offset, etag, cancellation);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
