using System.Runtime.CompilerServices;
using Granary.Core.Cursors;
using Granary.Core.Model;
using Granary.Core.Ports;
using Granary.State.Records;
using Granary.State.Storage;
using Granary.State.Tables;

namespace Granary.State;

/// <summary>
/// Sources, cursors and receipts in one SQLite file (write-ahead log, <c>synchronous=FULL</c>). Writes of many callers share a
/// commit; a method that writes completes when its commit is durable. Reads run at once, on the calling thread, beside the
/// writer and in other processes.
/// </summary>
/// <remarks>
/// Besides what the port says, every method throws <see cref="StateUnavailableException"/> (nothing was written; may be
/// tried again) and <see cref="StateFormatException"/> (a damaged or unknown database).
/// </remarks>
public sealed class SqliteStateStore : IStateStore
{
    private readonly StateDatabase database;
    private readonly ReadSessions readers;
    private readonly WriteLoop? writer;
    private readonly TimeProvider time;

    private SqliteStateStore(StateDatabase database, WriteLoop? writer, TimeProvider time)
    {
        this.database = database;
        this.writer = writer;
        this.time = time;
        readers = new ReadSessions(database);
    }

    /// <summary>Opens the database; creates or migrates it unless it is only read.</summary>
    /// <exception cref="StateFormatException">Not Granary's, damaged, or of a newer version.</exception>
    /// <exception cref="StateUnavailableException">It cannot be opened or written now.</exception>
    public static async Task<SqliteStateStore> OpenAsync(StateStoreOptions options, CancellationToken cancellation = default)
    {
        var database = new StateDatabase(options.Path);
        var loop = options.ReadOnly
            ? null
            : await Task.Run(() => new WriteLoop(database, database.OpenWriter()), cancellation).ConfigureAwait(false);
        var store = new SqliteStateStore(database, loop, options.TimeProvider);
        try
        {
            store.readers.Return(store.database.Translated(store.readers.Rent));
            return store;
        }
        catch
        {
            await store.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>For tests of how writes share commits.</summary>
    internal WriteLoop? Writer => writer;

    public Task<IReadOnlyList<SourceDefinition>> ReadSourcesAsync(CancellationToken cancellation) =>
        ReadAsync(SourceTable.Read, cancellation);

    public Task SaveSourceAsync(SourceDefinition source, CancellationToken cancellation) =>
        WriteAsync(session => SourceTable.Save(session, source), cancellation);

    public Task RemoveSourceAsync(string source, CancellationToken cancellation) => WriteAsync(
        session =>
        {
            SourceTable.Remove(session, source);
            if (OriginTable.Find(session, source) is { } number)
            {
                OpenTable.Forget(session, number);
                CursorTable.Remove(session, number);
                OriginTable.Forget(session, number);
            }
        },
        cancellation);

    public Task<IReadOnlyList<PendingBuild>> ReadOrphansAsync(
        IReadOnlySet<string> besides, int limit, CancellationToken cancellation) => ReadAsync<IReadOnlyList<PendingBuild>>(
        session => OriginTable.ReadRemoved(session) is { Count: > 0 } removed
            ? [.. removed.Where(source => !besides.Contains(source.Id))
                .SelectMany(source => PendingTable.ReadDue(session, source.Id, source.Number, DateTimeOffset.MaxValue, limit, new HashSet<BuildKey>()))
                .Take(limit)]
            : [],
        cancellation);

    public Task ForgetOrphanAsync(PendingBuild orphan, CancellationToken cancellation) =>
        WriteAsync(session => ReceiptWriting.Forget(session, orphan), cancellation);

    public Task BeginRunAsync(CancellationToken cancellation) => WriteAsync(PendingTable.BeginRun, cancellation);

    public Task<CursorState> ReadCursorAsync(string source, CancellationToken cancellation) =>
        ReadAsync(session => CursorTable.Read(session, source), cancellation);

    /// <inheritdoc/>
    /// <remarks>
    /// A build of another version than its receipt's keeps the receipt's index day. One that is pending with another version
    /// goes on to the next generation without its checkpoint and counts as known.
    /// </remarks>
    /// <exception cref="ArgumentException">A build is of another source.</exception>
    public Task<TakenPage> TakeAsync(
        string source, long version, BuildPage page, TakeRules rules, CancellationToken cancellation) =>
        WriteAsync(session => PageTaking.Take(session, source, version, page, rules), cancellation);

    public Task ResetCursorAsync(string source, string filterKey, CancellationToken cancellation) => WriteAsync(
        session =>
        {
            var number = CursorTable.FindOrAdd(session, source);
            CursorTable.Reset(session, number, filterKey);
            OriginTable.RaiseVersion(session, number);
        },
        cancellation);

    /// <inheritdoc/>
    /// <remarks>Does not raise the cursor's version: a page read meanwhile stays good.</remarks>
    public Task NotePollAsync(string source, DateTimeOffset at, string? error, CancellationToken cancellation) => WriteAsync(
        session => CursorTable.NotePoll(session, CursorTable.FindOrAdd(session, source), at, error), cancellation);

    public Task<IReadOnlyList<OpenBuild>> ReadOpenAsync(string source, int limit, CancellationToken cancellation) => ReadAsync(
        session => OriginTable.Find(session, source) is { } number ? OpenTable.Read(session, source, number, limit) : [],
        cancellation);

    public Task NoteOpenAsync(string source, IReadOnlyList<BuildKey> builds, DateTimeOffset at, CancellationToken cancellation) =>
        LookAsync(source, builds, at, PendingRules.Expired, cancellation);

    public Task NoteUnknownAsync(string source, IReadOnlyList<BuildKey> builds, DateTimeOffset at, CancellationToken cancellation) =>
        LookAsync(source, builds, at, PendingRules.Unknown, cancellation);

    public Task NoteUnseenAsync(
        string source, BuildKey build, DateTimeOffset at, string? giveUp, CancellationToken cancellation) => WriteAsync(
        session =>
        {
            if (OriginTable.Find(session, source) is { } number)
            {
                ReceiptWriting.Miss(session, number, build, at, giveUp);
            }
        },
        cancellation);

    public Task<IReadOnlyList<PendingBuild>> ReadPendingAsync(
        string source, DateTimeOffset now, int limit, IReadOnlySet<BuildKey> besides, CancellationToken cancellation) => ReadAsync(
        session => OriginTable.Find(session, source) is { } number
            ? PendingTable.ReadDue(session, source, number, now, limit, besides)
            : [],
        cancellation);

    public Task<DateTimeOffset?> NextTryAsync(
        string source, IReadOnlySet<BuildKey> besides, CancellationToken cancellation) => ReadAsync(
        session => OriginTable.Find(session, source) is { } number
            ? PendingTable.NextTry(session, source, number, besides)
            : null,
        cancellation);

    /// <inheritdoc/>
    /// <remarks>Does nothing where the build is not pending any more, or is so as a later generation.</remarks>
    public Task SavePendingAsync(PendingBuild pending, CancellationToken cancellation) => WriteAsync(
        session =>
        {
            if (OriginTable.Find(session, pending.Build.Key.Source) is { } number)
            {
                PendingTable.Save(session, number, pending);
            }
        },
        cancellation);

    /// <inheritdoc/>
    /// <remarks>Where a later generation became pending meanwhile, the build stays pending.</remarks>
    public Task CompleteAsync(Receipt receipt, CancellationToken cancellation)
    {
        var body = ReceiptCodec.Pack(receipt);
        return WriteAsync(session => ReceiptWriting.Complete(session, receipt, body), cancellation);
    }

    public Task<Receipt?> ReadReceiptAsync(BuildKey build, CancellationToken cancellation) => ReadAsync(
        session => OriginTable.Find(session, build.Source) is { } number ? ReceiptTable.Find(session, number, build) : null,
        cancellation);

    public async IAsyncEnumerable<Receipt> ReadReceiptsAsync(
        ReceiptFilter filter, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var scan = new ReceiptScan(readers, filter);
        while (true)
        {
            // Some hundreds of rows may come from the disk: not on the caller's thread.
            var lot = await Task.Run(() => database.Translated(scan.Read), cancellation).ConfigureAwait(false);
            if (lot.Count == 0)
            {
                yield break;
            }

            foreach (var receipt in lot)
            {
                cancellation.ThrowIfCancellationRequested();
                yield return receipt;
            }
        }
    }

    public Task<bool> RepairAsync(BuildKey build, CancellationToken cancellation) =>
        WriteAsync(session => ReceiptWriting.Repair(session, build, time.GetUtcNow()), cancellation);

    public Task<SourceTotals> ReadTotalsAsync(string source, CancellationToken cancellation) =>
        ReadAsync(session => OriginTable.ReadTotals(session, source), cancellation);

    public async ValueTask DisposeAsync()
    {
        if (writer is not null)
        {
            await Task.Run(writer.Dispose).ConfigureAwait(false);
        }

        readers.Dispose();
    }

    private Task LookAsync(
        string source, IReadOnlyList<BuildKey> builds, DateTimeOffset at, Func<OpenBuild, DateTimeOffset, Receipt> giveUp, CancellationToken cancellation) =>
        builds.Count == 0 ? Task.CompletedTask : WriteAsync(
            session =>
            {
                if (OriginTable.Find(session, source) is { } number)
                {
                    foreach (var build in builds)
                    {
                        ReceiptWriting.Look(session, number, build, at, giveUp);
                    }
                }
            },
            cancellation);

    private Task<T> ReadAsync<T>(Func<StateSession, T> reading, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(cancellation);
        }

        try
        {
            return Task.FromResult(readers.Read(reading));
        }
        catch (Exception exception)
        {
            return Task.FromException<T>(exception);
        }
    }

    private Task<T> WriteAsync<T>(Func<StateSession, T> write, CancellationToken cancellation) => writer is null
        ? Task.FromException<T>(new InvalidOperationException($"{database.Path} was opened for reading only"))
        : writer.WriteAsync(write, cancellation);

    private Task<bool> WriteAsync(Action<StateSession> write, CancellationToken cancellation) => WriteAsync<bool>(
        session =>
        {
            write(session);
            return true;
        },
        cancellation);
}
