using Granary.Core.Cursors;
using Granary.Core.Model;
using Granary.Core.Ports;

namespace Granary.State.Tests;

/// <summary>What every state store must do; a class for each implementation derives from the parts of this suite.</summary>
public abstract class StateStoreContract : IAsyncLifetime
{
    protected CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected IStateStore Store { get; private set; } = null!;

    /// <summary>A store of its own for each test.</summary>
    protected abstract Task<IStateStore> CreateAsync();

    /// <summary>Another store on the same data, as another process would open it.</summary>
    protected abstract Task<IStateStore> OpenSecondAsync();

    public async ValueTask InitializeAsync() => Store = await CreateAsync();

    public virtual async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected async Task<TakenPage> TakeAsync(BuildPage page, TakeRules? rules = null, string source = TestBuilds.Source)
    {
        var cursor = await Store.ReadCursorAsync(source, Cancellation);
        return await Store.TakeAsync(source, cursor.Version, page, rules ?? TestBuilds.Rules, Cancellation);
    }

    protected Task<TakenPage> TakeAsync(params IEnumerable<Build> builds) => TakeAsync(TestBuilds.Page(null, builds));

    protected async Task<IReadOnlyList<PendingBuild>> PendingAsync(DateTimeOffset? now = null, int limit = 1000) =>
        await Store.ReadPendingAsync(
            TestBuilds.Source, now ?? TestBuilds.Rules.Now, limit, TestBuilds.None, Cancellation);

    protected async Task<PendingBuild> OnlyPendingAsync() => (await PendingAsync(DateTimeOffset.MaxValue)).ShouldHaveSingleItem();

    protected Task CompleteAsync(Build build, int generation = 1, ReceiptStatus status = ReceiptStatus.Complete) =>
        Store.CompleteAsync(TestBuilds.Receipt(build, generation, status), Cancellation);

    protected async Task<List<Receipt>> ReceiptsAsync(ReceiptFilter? filter = null)
    {
        var receipts = new List<Receipt>();
        await foreach (var receipt in Store.ReadReceiptsAsync(filter ?? new(), Cancellation))
        {
            receipts.Add(receipt);
        }

        return receipts;
    }
}
