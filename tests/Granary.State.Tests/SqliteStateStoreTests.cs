using Granary.Core.Model;
using Granary.Core.Ports;
using Granary.State.Storage;
using Granary.State.Tables;
using Microsoft.Data.Sqlite;
using static Granary.State.Tests.TestBuilds;

namespace Granary.State.Tests;

public sealed class SqliteStateStoreTests : IDisposable
{
    private readonly SqliteFolder folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_writer_flushes_every_commit()
    {
        using var session = new StateDatabase(folder.Database).OpenWriter();

        session.Scalar("PRAGMA journal_mode").ShouldBe("wal");
        session.Scalar("PRAGMA synchronous").ShouldBe(2L);
    }

    [Fact]
    public async Task What_was_written_is_there_after_opening_again()
    {
        await using (var store = await folder.OpenAsync())
        {
            await store.TakeAsync(Source, 0, Page(new(1, 9), Finished(1), Finished(2)), Rules, Cancellation);
            await store.CompleteAsync(Receipt(Finished(1)), Cancellation);
        }

        await using var again = await folder.OpenAsync();
        var cursor = await again.ReadCursorAsync(Source, Cancellation);
        (cursor.Taken.ToString(), cursor.Pending).ShouldBe(("1..9", 1));
        (await again.ReadReceiptAsync(Key(1), Cancellation)).ShouldHaveTheContentOf(Receipt(Finished(1)));
    }

    [Fact]
    public async Task A_database_that_is_not_there_yet_reads_as_empty_and_is_not_created()
    {
        await using var store = await folder.OpenAsync(readOnly: true);

        (await store.ReadSourcesAsync(Cancellation)).ShouldBeEmpty();
        (await store.ReadTotalsAsync(Source, Cancellation)).ShouldBe(SourceTotals.None);
        await foreach (var receipt in store.ReadReceiptsAsync(new(), Cancellation))
        {
            Assert.Fail($"{receipt} is not there");
        }

        File.Exists(folder.Database).ShouldBeFalse();
    }

    [Fact]
    public async Task A_reader_opened_before_the_database_was_there_sees_it_when_it_is()
    {
        await using var reader = await folder.OpenAsync(readOnly: true);
        await using var writer = await folder.OpenAsync();
        await writer.CompleteAsync(Receipt(Finished(1)), Cancellation);

        (await reader.ReadReceiptAsync(Key(1), Cancellation)).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_store_opened_for_reading_does_not_write()
    {
        await using var store = await folder.OpenAsync(readOnly: true);

        await Should.ThrowAsync<InvalidOperationException>(() => store.BeginRunAsync(Cancellation));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_newer_format_is_refused(bool readOnly)
    {
        await (await folder.OpenAsync()).DisposeAsync();
        Execute("PRAGMA user_version = 99");

        (await Should.ThrowAsync<StateFormatException>(() => folder.OpenAsync(readOnly))).Message.ShouldContain("format 99");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_database_of_another_program_is_refused_and_left_alone(bool readOnly)
    {
        Execute("CREATE TABLE theirs(x)");

        await Should.ThrowAsync<StateFormatException>(() => folder.OpenAsync(readOnly));
        Execute("INSERT INTO theirs VALUES(1)");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_that_is_no_database_is_refused(bool readOnly)
    {
        await File.WriteAllTextAsync(folder.Database, new string('x', 5000), Cancellation);

        await Should.ThrowAsync<StateFormatException>(() => folder.OpenAsync(readOnly));
    }

    [Fact]
    public async Task A_damaged_receipt_is_named()
    {
        await using var store = await folder.OpenAsync();
        await store.CompleteAsync(Receipt(Finished(1)), Cancellation);
        Execute("UPDATE receipt SET body = x'0102'");

        (await Should.ThrowAsync<StateFormatException>(() => store.ReadReceiptAsync(Key(1), Cancellation)))
            .Message.ShouldContain($"receipt of {Key(1)}");
    }

    [Fact]
    public async Task A_damaged_cursor_is_named()
    {
        await using var store = await folder.OpenAsync();
        await store.TakeAsync(Source, 0, Page(new(1, 2)), Rules, Cancellation);
        Execute("UPDATE cursor SET taken = '9..1'");

        (await Should.ThrowAsync<StateFormatException>(() => store.ReadCursorAsync(Source, Cancellation)))
            .Message.ShouldContain($"cursor of {Source}");
    }

    [Fact]
    public void A_definition_stored_before_a_member_was_known_has_its_default()
    {
        var source = SourceJson.Parse(
            """{"id":"a","name":"A","kind":"zuul","address":"x","maxConnections":3,"filter":{"jobs":["j"]},"later":[1]}""");

        source.ShouldHaveTheContentOf(new SourceDefinition
        {
            Id = "a",
            Name = "A",
            Kind = "zuul",
            Address = "x",
            MaxConnections = 3,
            Filter = new SourceFilter { Jobs = ["j"] },
        });
    }

    [Fact]
    public async Task A_full_disk_is_told_and_work_goes_on_when_there_is_space()
    {
        // The page limit of the writing connection stands for the disk: it answers with the same error.
        await using var store = (SqliteStateStore)await folder.OpenAsync();
        await store.CompleteAsync(Receipt(Finished(0)), Cancellation);
        await store.Writer!.WriteAsync(session => session.Scalar("PRAGMA max_page_count = 1"), Cancellation);
        var number = 0;
        await Should.ThrowAsync<StateUnavailableException>(async () =>
        {
            while (number < 1000)
            {
                await store.CompleteAsync(Receipt(Finished(++number)), Cancellation);
            }
        });

        await store.CompleteAsync(Receipt(Finished(number)), Cancellation);
        (await store.ReadTotalsAsync(Source, Cancellation)).Complete.ShouldBe(number + 1);
        (await store.ReadReceiptAsync(Key(number), Cancellation)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Writes_asked_for_together_share_commits()
    {
        await using var store = (SqliteStateStore)await folder.OpenAsync();
        await Task.WhenAll(Enumerable.Range(0, 2000).Select(number => store.CompleteAsync(Receipt(Finished(number)), Cancellation)));

        store.Writer!.Commits.ShouldBeLessThan(1000);
        (await store.ReadTotalsAsync(Source, Cancellation)).Complete.ShouldBe(2000);
    }

    [Fact]
    public async Task Two_stores_that_write_the_same_database_wait_for_each_other()
    {
        await using var first = await folder.OpenAsync();
        await using var second = await folder.OpenAsync();
        await Task.WhenAll(Enumerable.Range(0, 200).Select(number => Task.Run(
            () => (number % 2 == 0 ? first : second).CompleteAsync(Receipt(Finished(number)), Cancellation))));

        (await first.ReadTotalsAsync(Source, Cancellation)).Complete.ShouldBe(200);
    }

    [Fact]
    public async Task A_copy_taken_at_any_moment_opens_with_whole_transactions_only()
    {
        await using var store = await folder.OpenAsync();
        using var done = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            for (var number = 0; !done.IsCancellationRequested; number++)
            {
                var cursor = await store.ReadCursorAsync(Source, Cancellation);
                await store.TakeAsync(Source, cursor.Version, Page(new(number, number), Finished(number)), Rules, Cancellation);
                await store.CompleteAsync(Receipt(Finished(number)), Cancellation);
            }
        });

        for (var copy = 0; copy < 20; copy++)
        {
            var before = (await store.ReadTotalsAsync(Source, Cancellation)).Complete;
            var path = CopyTorn(copy);
            await using var torn = await SqliteStateStore.OpenAsync(new() { Path = path }, Cancellation);
            await ShouldBeWhole(torn, before);
        }

        await done.CancelAsync();
        await writing;
    }

    [Fact]
    public async Task A_hundred_thousand_receipts_stream_in_bounded_memory()
    {
        const int count = 100_000;
        await using var store = await folder.OpenAsync();
        var writes = new List<Task>(1000);
        for (var number = 0; number < count; number++)
        {
            writes.Add(store.CompleteAsync(Receipt(Finished(number)), Cancellation));
            if (writes.Count == 1000)
            {
                await Task.WhenAll(writes);
                writes.Clear();
            }
        }

        var (read, most, start) = (0, 0L, GC.GetTotalMemory(forceFullCollection: true));
        await foreach (var receipt in store.ReadReceiptsAsync(new(), Cancellation))
        {
            receipt.Build.Position.ShouldBe(count - ++read);
            if (read % 20_000 == 0)
            {
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - start);
            }
        }

        read.ShouldBe(count);
        most.ShouldBeLessThan(8 << 20);
        // Measured: 437 bytes with these long addresses.
        (new FileInfo(folder.Database).Length / count).ShouldBeLessThan(450);
    }

    // The database first, then its log: what the log holds beyond the copied pages is replayed, a torn end is dropped. A
    // checkpoint between the two copies would mix ages, which no crash does, so it is held off by a reader's snapshot.
    private string CopyTorn(int copy)
    {
        var path = folder.At($"copy{copy}.db");
        using var reader = new StateDatabase(folder.Database).OpenReader();
        reader.Execute("BEGIN; SELECT count(*) FROM origin");
        File.Copy(folder.Database, path);
        File.Copy(folder.Database + "-wal", path + "-wal");
        reader.Execute("COMMIT");
        return path;
    }

    private static async Task ShouldBeWhole(SqliteStateStore store, long before)
    {
        var (cursor, totals) = (await store.ReadCursorAsync(Source, Cancellation), await store.ReadTotalsAsync(Source, Cancellation));
        var receipts = 0;
        await foreach (var receipt in store.ReadReceiptsAsync(new(), Cancellation))
        {
            receipts++;
        }

        totals.Complete.ShouldBe(receipts);
        receipts.ShouldBeGreaterThanOrEqualTo((int)before);
        ((cursor.Taken.Top ?? -1) + 1).ShouldBe(receipts + cursor.Pending);
        (await store.ReadPendingAsync(Source, Rules.Now, 9, None, Cancellation)).Count.ShouldBe(cursor.Pending);
    }

    private void Execute(string sql)
    {
        using var session = StateSession.Open(folder.Database, SqliteOpenMode.ReadWriteCreate);
        session.Execute(sql);
    }
}
