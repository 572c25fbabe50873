using Granary.App.Tests.Collecting;
using Granary.App.Verifying;
using Granary.Core.Cursors;
using Granary.Core.Model;
using Granary.Core.Ports;
using Granary.Core.Queries;
using Granary.Core.Search;
using Granary.State;
using Granary.Testing;

namespace Granary.App.Tests.Verifying;

/// <summary>What verification calls a gap, over a real state store and an index that answers as told.</summary>
public sealed class VerifierTests : IAsyncLifetime
{
    private static readonly ContentHash Hash = ContentHash.Of("text"u8);

    private readonly string folder = Directory.CreateTempSubdirectory("granary-verify-").FullName;
    private readonly ToldIndex index = new();
    private SqliteStateStore state = null!;

    public async ValueTask InitializeAsync()
    {
        state = await SqliteStateStore.OpenAsync(new() { Path = Path.Combine(folder, "state.db") });
        await state.SaveSourceAsync(new() { Id = "scripted", Name = "s", Kind = "zuul", Address = "x" }, default);
    }

    public async ValueTask DisposeAsync()
    {
        await state.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task What_is_held_as_it_was_read_is_no_gap()
    {
        await CompleteAsync(File());

        (await FindingsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Fewer_lines_in_the_index_are_a_gap()
    {
        await CompleteAsync(File());
        index.Contents = new(new Dictionary<string, FileContents> { ["job.log"] = new(9, 90, Hash) }, 0);

        var gap = (await FindingsAsync()).ShouldHaveSingleItem();
        gap.Kind.ShouldBe(FindingKind.IndexDiffers);
        gap.IsGap.ShouldBeTrue();
        gap.Message.ShouldContain("10 lines read, 9 in the index");
    }

    [Fact]
    public async Task Other_text_of_the_same_length_is_a_gap()
    {
        await CompleteAsync(File() with { Hash = ContentHash.Of("txet"u8) });

        (await FindingsAsync()).ShouldHaveSingleItem().Kind.ShouldBe(FindingKind.IndexDiffers);
    }

    [Fact]
    public async Task Lines_of_an_older_generation_are_a_gap()
    {
        await CompleteAsync(File());
        index.Contents = index.Contents with { OtherGenerations = 3 };

        (await FindingsAsync()).ShouldHaveSingleItem().Message.ShouldContain("3 lines of other generations");
    }

    [Fact]
    public async Task Fewer_bytes_than_the_CI_states_are_a_gap()
    {
        await CompleteAsync(File() with { DeclaredBytes = 200 });

        (await FindingsAsync()).ShouldHaveSingleItem().Kind.ShouldBe(FindingKind.CutShort);
    }

    [Fact]
    public async Task The_stated_size_may_be_that_of_the_encoded_or_of_the_decoded_bytes()
    {
        await CompleteAsync(File() with { DeclaredBytes = 90, ReceivedBytes = 30, RawBytes = 90 });

        (await FindingsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_log_that_the_CI_does_not_have_is_a_note_and_no_gap()
    {
        await CompleteAsync(File(), new() { Path = "gone", Url = "u", Status = FileStatus.Missing, Reason = "404" });

        (await FindingsAsync()).ShouldHaveSingleItem().IsGap.ShouldBeFalse();
    }

    [Fact]
    public async Task Damage_is_a_gap()
    {
        await CompleteAsync(File());
        index.Damage = new("0000000001.seg block 3", "its checksum differs");

        (await FindingsAsync()).ShouldHaveSingleItem().Kind.ShouldBe(FindingKind.Damage);
    }

    [Fact]
    public async Task Lines_of_another_generation_are_a_note_while_the_build_waits_to_be_read_again()
    {
        await CompleteAsync(File());
        await state.RepairAsync(ScriptedRun.Key, default);
        index.Contents = index.Contents with { OtherGenerations = 3 };

        var findings = await FindingsAsync();

        findings.ShouldAllBe(finding => !finding.IsGap);
        findings.ShouldContain(finding => finding.Message.Contains("3 lines of other generations; the build waits to be read again"));
    }

    [Fact]
    public async Task A_build_that_got_another_receipt_while_it_was_compared_is_compared_with_that()
    {
        await CompleteAsync(File());
        index.BeforeReading = generation =>
        {
            if (generation == 1)
            {
                index.Contents = new(new Dictionary<string, FileContents> { ["job.log"] = new(12, 90, Hash) }, 0);
                var receipt = new Receipt
                {
                    Build = ScriptedSource.BuildOf("b"), Status = ReceiptStatus.Complete, Generation = 2, Files = [File() with { Entries = 12 }],
                };
                state.CompleteAsync(receipt, default).GetAwaiter().GetResult();
            }
        };

        (await FindingsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Lines_of_a_build_that_failed_are_a_gap()
    {
        await state.CompleteAsync(new() { Build = ScriptedSource.BuildOf("b"), Status = ReceiptStatus.Failed, Generation = 2, Reasons = ["503"] }, default);
        index.Contents = new(new Dictionary<string, FileContents> { ["job.log"] = new(9, 90, Hash) }, 2);

        var findings = await FindingsAsync();

        findings.ShouldAllBe(finding => finding.IsGap);
        findings.Select(finding => finding.Message).ShouldBe(["503", "11 lines in the index of a build that failed"]);
    }

    [Theory]
    [InlineData(true, FindingKind.AbsentAtCi)]
    [InlineData(false, FindingKind.Failed)]
    public async Task A_reading_that_was_given_up_is_a_note_where_the_CI_has_the_logs_no_more_and_else_a_gap(bool gone, FindingKind kind)
    {
        await CompleteAsync(File());
        var kept = (await state.ReadReceiptAsync(ScriptedRun.Key, default))! with { GivenUp = new(2, "the store does not answer", gone) };
        await state.CompleteAsync(kept, default);

        var finding = (await FindingsAsync()).ShouldHaveSingleItem();
        (finding.Kind, finding.IsGap, finding.Message).ShouldBe((kind, !gone, "the store does not answer"));
    }

    [Theory]
    [InlineData("404 Not Found", true)]
    [InlineData(Receipt.NoLogs, false)]
    public async Task Logs_that_were_gone_before_they_were_read_are_a_note(string reason, bool isNote)
    {
        await state.CompleteAsync(new() { Build = ScriptedSource.BuildOf("b"), Status = ReceiptStatus.Complete, Generation = 1, Reasons = [reason] }, default);

        (await FindingsAsync()).Select(finding => (finding.Kind, finding.Message)).ShouldBe(isNote ? [(FindingKind.AbsentAtCi, reason)] : []);
    }

    [Fact]
    public async Task Repair_makes_the_builds_of_gaps_pending_again()
    {
        await CompleteAsync(File());
        index.Contents = new(new Dictionary<string, FileContents>(), 0);
        var findings = await FindingsAsync();

        (await new Verifier(state, index).RepairAsync(findings, default)).ShouldBe((1, 0));

        var pending = (await state.ReadPendingAsync("scripted", DateTimeOffset.MaxValue, 10, new HashSet<BuildKey>(), default)).Single();
        pending.Generation.ShouldBe(2);
    }

    private static FileReceipt File() => new()
    {
        Path = "job.log", Url = "u", Status = FileStatus.Complete, DeclaredBytes = 90, ReceivedBytes = 90, RawBytes = 90,
        Bytes = 90, Lines = 10, Entries = 10, Hash = Hash,
    };

    private async Task CompleteAsync(params FileReceipt[] files)
    {
        var build = ScriptedSource.BuildOf("b");
        await state.TakeAsync("scripted", 0, new([build], null), new(DateTimeOffset.UtcNow, TimeSpan.FromDays(1), 1, 1), default);
        await state.CompleteAsync(new() { Build = build, Status = ReceiptStatus.Complete, Generation = 1, Files = files }, default);
        index.Contents = new(new Dictionary<string, FileContents> { ["job.log"] = new(10, 90, Hash) }, 0);
    }

    private async Task<List<Finding>> FindingsAsync()
    {
        var findings = new List<Finding>();
        await foreach (var finding in new Verifier(state, index).RunAsync(null, default))
        {
            findings.Add(finding);
        }

        return findings;
    }

    private sealed class ToldIndex : ILineSearch
    {
        public BuildContents Contents { get; set; } = new(new Dictionary<string, FileContents>(), 0);

        public IndexDamage? Damage { get; set; }

        /// <summary>Called before the contents of a generation are told.</summary>
        public Action<int> BeforeReading { get; set; } = _ => { };

        public Task<BuildContents> ReadContentsAsync(BuildKey build, int generation, CancellationToken cancellation)
        {
            BeforeReading(generation);
            return Task.FromResult(Contents);
        }

        public async IAsyncEnumerable<IndexDamage> CheckAsync(
            [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
        {
            await Task.CompletedTask;
            if (Damage is { } damage)
            {
                yield return damage;
            }
        }

        public IAsyncEnumerable<SearchEvent> SearchAsync(SearchRequest request, CancellationToken cancellation) =>
            throw new NotSupportedException();

        public Task<SearchSummary> CountAsync(QueryNode query, TimeSpan budget, CancellationToken cancellation) =>
            throw new NotSupportedException();

        public Task<Histogram> HistogramAsync(QueryNode query, TimeSpan? width, TimeSpan budget, CancellationToken cancellation) =>
            throw new NotSupportedException();

        public Task<Facets> FacetsAsync(QueryNode query, string field, int limit, TimeSpan budget, CancellationToken cancellation) =>
            throw new NotSupportedException();

        public IAsyncEnumerable<LogLine> ReadLinesAsync(
            BuildKey build, string file, long from, long to, Action<IndexDamage> damaged, CancellationToken cancellation) =>
            throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
