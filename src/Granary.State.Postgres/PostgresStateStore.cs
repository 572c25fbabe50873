using Granary.Core.Cursors;
using Granary.Core.Model;
using Granary.Core.Ports;
using Granary.State.Postgres.Tables;
using Granary.State.Records;
using Granary.State.Tables;
using Npgsql;
using Session = Granary.State.Postgres.PostgresDatabase.Session;

namespace Granary.State.Postgres;

/// <summary>
/// Sources, cursors and receipts in PostgreSQL, for any number of processes. The same contract as the embedded store; a method
/// that writes is one transaction, durable when it returns (the server's <c>synchronous_commit</c> must not be off).
/// </summary>
/// <remarks>Besides what the port says, every method throws <see cref="StateUnavailableException"/> where the server does not answer.</remarks>
public sealed class PostgresStateStore : IStateStore, IBuildLeases
{
    private readonly PostgresDatabase database;
    private readonly TimeProvider time;
    private readonly BuildLease? lease;

    private PostgresStateStore(PostgresDatabase database, TimeProvider time, BuildLease? lease) =>
        (this.database, this.time, this.lease) = (database, time, lease);

    /// <summary>Connects at the first call. The database must be migrated, see <see cref="PostgresMigrations"/>.</summary>
    public static PostgresStateStore Open(string connectionString, TimeProvider time) =>
        new(new(NpgsqlDataSource.Create(connectionString)), time, null);

    /// <inheritdoc/>
    public IStateStore Under(BuildLease lease) => new PostgresStateStore(database, time, lease);

    public Task<IReadOnlyList<SourceDefinition>> ReadSourcesAsync(CancellationToken cancellation) => database.ReadAsync<IReadOnlyList<SourceDefinition>>(
        async session =>
        [
            .. (await session.ListAsync<string>("SELECT definition FROM granary.source ORDER BY name")).Select(SourceJson.Parse),
        ],
        cancellation);

    public Task SaveSourceAsync(SourceDefinition source, CancellationToken cancellation) => WriteAsync(
        async session =>
        {
            try
            {
                await session.RunAsync(
                    """
                    INSERT INTO granary.source(id, name, definition) VALUES (@Id, @Name, @definition)
                    ON CONFLICT (id) DO UPDATE SET name = excluded.name, definition = excluded.definition
                    """,
                    new { source.Id, source.Name, definition = SourceJson.Write(source) });
            }
            catch (PostgresException e) when (e.ConstraintName == "source_name")
            {
                throw new ArgumentException($"another source has the name {source.Name} already", nameof(source), e);
            }
        },
        cancellation);

    public Task RemoveSourceAsync(string source, CancellationToken cancellation) => WriteAsync(
        async session =>
        {
            await session.RunAsync("DELETE FROM granary.source WHERE id = @source", new { source });
            if (await Origins.LockAsync(session, source) is { } number)
            {
                await session.RunAsync("DELETE FROM granary.open WHERE source = @number", new { number });
                await session.RunAsync("DELETE FROM granary.cursor WHERE source = @number", new { number });
                await Origins.ForgetAsync(session, number);
            }
        },
        cancellation);

    public Task<IReadOnlyList<PendingBuild>> ReadOrphansAsync(IReadOnlySet<string> besides, int limit, CancellationToken cancellation) =>
        database.ReadAsync(session => PendingBuilds.ReadOrphansAsync(session, besides, limit), cancellation);

    public Task ForgetOrphanAsync(PendingBuild orphan, CancellationToken cancellation) =>
        WriteAsync(session => ReceiptWriting.ForgetAsync(session, orphan), cancellation);

    public Task BeginRunAsync(CancellationToken cancellation) => WriteAsync(PendingBuilds.BeginRunAsync, cancellation);

    public Task<CursorState> ReadCursorAsync(string source, CancellationToken cancellation) =>
        database.ReadAsync(session => Origins.ReadCursorAsync(session, source), cancellation);

    public Task<TakenPage> TakeAsync(string source, long version, BuildPage page, TakeRules rules, CancellationToken cancellation) =>
        database.WriteAsync(session => PageTaking.TakeAsync(session, source, version, page, rules), cancellation);

    public Task ResetCursorAsync(string source, string filterKey, CancellationToken cancellation) => WriteAsync(
        async session =>
        {
            var number = await Origins.LockCursorAsync(session, source);
            await session.RunAsync(
                "UPDATE granary.cursor SET taken = '', filter_key = @filterKey WHERE source = @number", new { number, filterKey });
            await Origins.RaiseVersionAsync(session, number);
        },
        cancellation);

    public Task NotePollAsync(string source, DateTimeOffset at, string? error, CancellationToken cancellation) => WriteAsync(
        async session =>
        {
            var number = await Origins.LockCursorAsync(session, source);
            var change = error is null ? "last_poll = @at, last_error = NULL, last_error_at = NULL" : "last_error = @error, last_error_at = @at";
            await session.RunAsync(
                $"UPDATE granary.cursor SET {change} WHERE source = @number", new { number, at = Instants.Ticks(at), error = error is null ? null : PgText.Write(error) });
        },
        cancellation);

    public Task<IReadOnlyList<OpenBuild>> ReadOpenAsync(string source, int limit, CancellationToken cancellation) => OfSourceAsync(
        source, [], (session, number) => OpenBuilds.ReadAsync(session, source, number, limit), cancellation);

    public Task NoteOpenAsync(string source, IReadOnlyList<BuildKey> builds, DateTimeOffset at, CancellationToken cancellation) =>
        LookAsync(source, builds, at, PendingRules.Expired, cancellation);

    public Task NoteUnknownAsync(string source, IReadOnlyList<BuildKey> builds, DateTimeOffset at, CancellationToken cancellation) =>
        LookAsync(source, builds, at, PendingRules.Unknown, cancellation);

    public Task NoteUnseenAsync(string source, BuildKey build, DateTimeOffset at, string? giveUp, CancellationToken cancellation) => WriteAsync(
        async session =>
        {
            if (await Origins.LockAsync(session, source) is { } number)
            {
                await ReceiptWriting.MissAsync(session, number, build, at, giveUp);
            }
        },
        cancellation);

    public Task<IReadOnlyList<PendingBuild>> ReadPendingAsync(
        string source, DateTimeOffset now, int limit, IReadOnlySet<BuildKey> besides, CancellationToken cancellation) => OfSourceAsync(
        source, [], (session, number) => PendingBuilds.ReadDueAsync(session, source, number, now, limit, besides), cancellation);

    public Task<DateTimeOffset?> NextTryAsync(string source, IReadOnlySet<BuildKey> besides, CancellationToken cancellation) => OfSourceAsync(
        source, null, (session, number) => PendingBuilds.NextTryAsync(session, source, number, besides), cancellation);

    public Task SavePendingAsync(PendingBuild pending, CancellationToken cancellation) => WriteAsync(
        async session =>
        {
            if (await Origins.FindAsync(session, pending.Build.Key.Source) is { } number)
            {
                await HoldAsync(session, number);
                await PendingBuilds.SaveAsync(session, number, pending);
            }
        },
        cancellation);

    public Task CompleteAsync(Receipt receipt, CancellationToken cancellation) => WriteAsync(
        async session =>
        {
            var number = await Origins.LockOrAddAsync(session, receipt.Build.Key.Source);
            await HoldAsync(session, number);
            await ReceiptWriting.CompleteAsync(session, number, receipt);
        },
        cancellation);

    public Task<Receipt?> ReadReceiptAsync(BuildKey build, CancellationToken cancellation) => OfSourceAsync(
        build.Source, null, (session, number) => Receipts.FindAsync(session, number, build), cancellation);

    public IAsyncEnumerable<Receipt> ReadReceiptsAsync(ReceiptFilter filter, CancellationToken cancellation) =>
        database.ScanAsync(connection => Receipts.ScanAsync(connection, filter, cancellation), cancellation);

    public Task<bool> RepairAsync(BuildKey build, CancellationToken cancellation) =>
        database.WriteAsync(session => ReceiptWriting.RepairAsync(session, build, time.GetUtcNow()), cancellation);

    public Task<SourceTotals> ReadTotalsAsync(string source, CancellationToken cancellation) =>
        database.ReadAsync(session => Origins.ReadTotalsAsync(session, source), cancellation);

    public Task<IReadOnlyList<LeasedBuild>> LeaseAsync(
        string source, DateTimeOffset now, int bound, TimeSpan duration, CancellationToken cancellation) => OfSourceAsync(
        source, [], (session, number) => PendingBuilds.LeaseAsync(session, source, number, now, bound, duration), cancellation);

    public Task<bool> RenewAsync(BuildLease lease, TimeSpan duration, CancellationToken cancellation) => OfSourceAsync(
        lease.Build.Source, false, (session, number) => PendingBuilds.RenewAsync(session, number, lease, duration), cancellation);

    public Task ReleaseAsync(BuildLease lease, CancellationToken cancellation) => RenewAsync(lease, TimeSpan.Zero, cancellation);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => lease is null ? database.DisposeAsync() : ValueTask.CompletedTask;

    /// <exception cref="LeaseLostException">This is the store under a lease, and it is not the last.</exception>
    private async Task HoldAsync(Session session, int source)
    {
        if (lease is not null && !await PendingBuilds.HoldsAsync(session, source, lease))
        {
            throw new LeaseLostException(lease);
        }
    }

    private Task LookAsync(
        string source, IReadOnlyList<BuildKey> builds, DateTimeOffset at, Func<OpenBuild, DateTimeOffset, Receipt> giveUp, CancellationToken cancellation) =>
        builds.Count == 0 ? Task.CompletedTask : WriteAsync(
            async session =>
            {
                if (await Origins.LockAsync(session, source) is { } number)
                {
                    foreach (var build in builds)
                    {
                        await ReceiptWriting.LookAsync(session, number, build, at, giveUp);
                    }
                }
            },
            cancellation);

    private Task<T> OfSourceAsync<T>(string source, T none, Func<Session, int, Task<T>> read, CancellationToken cancellation) =>
        database.ReadAsync(
            async session => await Origins.FindAsync(session, source) is { } number ? await read(session, number) : none, cancellation);

    private Task<bool> WriteAsync(Func<Session, Task> write, CancellationToken cancellation) => database.WriteAsync(
        async session =>
        {
            await write(session);
            return true;
        },
        cancellation);
}
