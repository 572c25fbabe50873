using Granary.Core.Cursors;
using Granary.Core.Model;
using Granary.Core.Ports;

namespace Granary.CrashTests.Child;

/// <summary>A state store with a kill point before and after each call.</summary>
internal sealed class KillingState(IStateStore inner, KillSwitch kill) : IStateStore
{
    public Task<IReadOnlyList<SourceDefinition>> ReadSourcesAsync(CancellationToken cancellation) =>
        kill.AroundAsync("state.sources", () => inner.ReadSourcesAsync(cancellation));

    public Task SaveSourceAsync(SourceDefinition source, CancellationToken cancellation) => inner.SaveSourceAsync(source, cancellation);

    public Task RemoveSourceAsync(string source, CancellationToken cancellation) => inner.RemoveSourceAsync(source, cancellation);

    public Task<IReadOnlyList<PendingBuild>> ReadOrphansAsync(IReadOnlySet<string> besides, int limit, CancellationToken cancellation) =>
        inner.ReadOrphansAsync(besides, limit, cancellation);

    public Task ForgetOrphanAsync(PendingBuild orphan, CancellationToken cancellation) =>
        kill.AroundAsync("state.forget", () => inner.ForgetOrphanAsync(orphan, cancellation));

    public Task BeginRunAsync(CancellationToken cancellation) =>
        kill.AroundAsync("state.begin", () => inner.BeginRunAsync(cancellation));

    public Task<CursorState> ReadCursorAsync(string source, CancellationToken cancellation) =>
        kill.AroundAsync("state.cursor", () => inner.ReadCursorAsync(source, cancellation));

    public Task<TakenPage> TakeAsync(string source, long version, BuildPage page, TakeRules rules, CancellationToken cancellation) =>
        kill.AroundAsync("state.take", () => inner.TakeAsync(source, version, page, rules, cancellation));

    public Task ResetCursorAsync(string source, string filterKey, CancellationToken cancellation) =>
        kill.AroundAsync("state.reset", () => inner.ResetCursorAsync(source, filterKey, cancellation));

    public Task NotePollAsync(string source, DateTimeOffset at, string? error, CancellationToken cancellation) =>
        kill.AroundAsync("state.poll", () => inner.NotePollAsync(source, at, error, cancellation));

    public Task<IReadOnlyList<OpenBuild>> ReadOpenAsync(string source, int limit, CancellationToken cancellation) =>
        kill.AroundAsync("state.open", () => inner.ReadOpenAsync(source, limit, cancellation));

    public Task NoteOpenAsync(string source, IReadOnlyList<BuildKey> builds, DateTimeOffset at, CancellationToken cancellation) =>
        kill.AroundAsync("state.looked", () => inner.NoteOpenAsync(source, builds, at, cancellation));

    public Task NoteUnknownAsync(string source, IReadOnlyList<BuildKey> builds, DateTimeOffset at, CancellationToken cancellation) =>
        kill.AroundAsync("state.unknown", () => inner.NoteUnknownAsync(source, builds, at, cancellation));

    public Task NoteUnseenAsync(string source, BuildKey build, DateTimeOffset at, string? giveUp, CancellationToken cancellation) =>
        kill.AroundAsync("state.unseen", () => inner.NoteUnseenAsync(source, build, at, giveUp, cancellation));

    public Task<IReadOnlyList<PendingBuild>> ReadPendingAsync(
        string source, DateTimeOffset now, int limit, IReadOnlySet<BuildKey> besides, CancellationToken cancellation) =>
        kill.AroundAsync("state.due", () => inner.ReadPendingAsync(source, now, limit, besides, cancellation));

    public Task<DateTimeOffset?> NextTryAsync(string source, IReadOnlySet<BuildKey> besides, CancellationToken cancellation) =>
        kill.AroundAsync("state.next", () => inner.NextTryAsync(source, besides, cancellation));

    public Task SavePendingAsync(PendingBuild pending, CancellationToken cancellation) =>
        kill.AroundAsync("state.save", () => inner.SavePendingAsync(pending, cancellation));

    public Task CompleteAsync(Receipt receipt, CancellationToken cancellation) =>
        kill.AroundAsync("state.complete", () => inner.CompleteAsync(receipt, cancellation));

    public Task<Receipt?> ReadReceiptAsync(BuildKey build, CancellationToken cancellation) => inner.ReadReceiptAsync(build, cancellation);

    public IAsyncEnumerable<Receipt> ReadReceiptsAsync(ReceiptFilter filter, CancellationToken cancellation) =>
        inner.ReadReceiptsAsync(filter, cancellation);

    public Task<bool> RepairAsync(BuildKey build, CancellationToken cancellation) => inner.RepairAsync(build, cancellation);

    public Task<SourceTotals> ReadTotalsAsync(string source, CancellationToken cancellation) => inner.ReadTotalsAsync(source, cancellation);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
