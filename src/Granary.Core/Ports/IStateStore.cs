using Granary.Core.Cursors;
using Granary.Core.Model;

namespace Granary.Core.Ports;

/// <summary>Sources, cursors and receipts. Every method that writes is one durable transaction.</summary>
public interface IStateStore : IAsyncDisposable
{
    /// <summary>By name; those removed with lines still to purge included.</summary>
    Task<IReadOnlyList<SourceDefinition>> ReadSourcesAsync(CancellationToken cancellation);

    /// <summary>Adds a source or replaces the one with its id.</summary>
    /// <exception cref="ArgumentException">Another source has the name.</exception>
    Task SaveSourceAsync(SourceDefinition source, CancellationToken cancellation);

    /// <summary>
    /// Forgets a source with its cursor and open builds; receipts stay, so that its lines can be told. Pending builds stay as orphans, for
    /// what may have been read of them is in the index.
    /// </summary>
    Task RemoveSourceAsync(string source, CancellationToken cancellation);

    /// <summary>Pending builds of removed sources, but of those in <paramref name="besides"/>, and of none that is leased.</summary>
    Task<IReadOnlyList<PendingBuild>> ReadOrphansAsync(IReadOnlySet<string> besides, int limit, CancellationToken cancellation);

    /// <summary>
    /// Forgets an orphan, of whose reading the index holds nothing any more. Where its source has come back meanwhile, it is to be read
    /// from its start, as its next generation.
    /// </summary>
    Task ForgetOrphanAsync(PendingBuild orphan, CancellationToken cancellation);

    /// <summary>Called once by a collector before it reads: every pending build may have been read in part.</summary>
    Task BeginRunAsync(CancellationToken cancellation);

    /// <summary>An unknown source has an empty cursor of version 0.</summary>
    Task<CursorState> ReadCursorAsync(string source, CancellationToken cancellation);

    /// <summary>
    /// Takes a page: extends <c>taken</c>, adds running builds to <c>open</c> and finished ones to <c>pending</c> (from
    /// <c>open</c>, where they were); skips what has a receipt or is pending with the same <see cref="Build.Version"/>. A
    /// receipt with another version, or an outgrown one, makes a pending build of the next generation with
    /// <see cref="PendingBuild.ReadBefore"/>. Unwanted builds leave <c>open</c>, with the receipts of those that never finished.
    /// </summary>
    /// <exception cref="StaleCursorException">The cursor is not at <paramref name="version"/> any more: read it again.</exception>
    Task<TakenPage> TakeAsync(string source, long version, BuildPage page, TakeRules rules, CancellationToken cancellation);

    /// <summary>Forgets <c>taken</c> because the filter has changed; receipts keep what was read from being read again.</summary>
    Task ResetCursorAsync(string source, string filterKey, CancellationToken cancellation);

    /// <summary>Notes that the source was read to its top (<paramref name="error"/> null), or why not.</summary>
    Task NotePollAsync(string source, DateTimeOffset at, string? error, CancellationToken cancellation);

    /// <summary>Builds seen running, the one longest not looked at first.</summary>
    Task<IReadOnlyList<OpenBuild>> ReadOpenAsync(string source, int limit, CancellationToken cancellation);

    /// <summary>
    /// Notes that the CI told of open builds, which were not finished; those past their expiry get an expired receipt and leave
    /// <c>open</c>.
    /// </summary>
    Task NoteOpenAsync(string source, IReadOnlyList<BuildKey> builds, DateTimeOffset at, CancellationToken cancellation);

    /// <summary>As <see cref="NoteOpenAsync"/>, of open builds that the CI answered not to know; their receipts say so.</summary>
    Task NoteUnknownAsync(string source, IReadOnlyList<BuildKey> builds, DateTimeOffset at, CancellationToken cancellation);

    /// <summary>
    /// Notes that the CI did not tell of an open build: the others come first then. With <paramref name="giveUp"/>, the reason, it
    /// gets a failed receipt and leaves <c>open</c>.
    /// </summary>
    Task NoteUnseenAsync(string source, BuildKey build, DateTimeOffset at, string? giveUp, CancellationToken cancellation);

    /// <summary>Pending builds whose next try has come, newest finish first, without those in <paramref name="besides"/>.</summary>
    Task<IReadOnlyList<PendingBuild>> ReadPendingAsync(
        string source, DateTimeOffset now, int limit, IReadOnlySet<BuildKey> besides, CancellationToken cancellation);

    /// <summary>When the next pending build of the source may be tried; null where none is pending.</summary>
    Task<DateTimeOffset?> NextTryAsync(string source, IReadOnlySet<BuildKey> besides, CancellationToken cancellation);

    /// <summary>Stores a pending build's progress: attempts, next try, generation, versions, checkpoint, error.</summary>
    Task SavePendingAsync(PendingBuild pending, CancellationToken cancellation);

    /// <summary>Writes the receipt and removes the build from <c>pending</c>: together or not at all.</summary>
    Task CompleteAsync(Receipt receipt, CancellationToken cancellation);

    Task<Receipt?> ReadReceiptAsync(BuildKey build, CancellationToken cancellation);

    /// <summary>Receipts, build finish descending (without one last), then key; in the order of search answers.</summary>
    IAsyncEnumerable<Receipt> ReadReceiptsAsync(ReceiptFilter filter, CancellationToken cancellation);

    /// <summary>
    /// Makes a build with a receipt pending again, as its next generation, to be read from its start; one that never finished, open
    /// again.
    /// </summary>
    /// <returns>False where it has no receipt.</returns>
    Task<bool> RepairAsync(BuildKey build, CancellationToken cancellation);

    /// <summary>Sums over a source's receipts, kept by the store, not counted each time.</summary>
    Task<SourceTotals> ReadTotalsAsync(string source, CancellationToken cancellation);
}
