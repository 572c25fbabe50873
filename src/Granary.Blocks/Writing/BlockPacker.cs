using System.Collections.Concurrent;

namespace Granary.Blocks.Writing;

/// <summary>Packs blocks, several at a time where there are processors for it.</summary>
internal sealed class BlockPacker(int parallelism) : IDisposable
{
    private readonly SemaphoreSlim permits = new(parallelism);
    private readonly ConcurrentBag<TermScanner> scanners = [];

    /// <summary>Packs <paramref name="block"/> and gives it to <paramref name="done"/>; waits while all processors are taken.</summary>
    /// <returns>Completed when <paramref name="done"/> has returned.</returns>
    public async Task<Task> StartAsync(OpenBlock block, Action<PackedBlock> done)
    {
        if (parallelism <= 1)
        {
            Pack(block, done);
            return Task.CompletedTask;
        }

        await permits.WaitAsync();
        return Task.Run(() =>
        {
            try
            {
                Pack(block, done);
            }
            finally
            {
                permits.Release();
            }
        });
    }

    public void Dispose() => permits.Dispose();

    private void Pack(OpenBlock block, Action<PackedBlock> done)
    {
        if (!scanners.TryTake(out var scanner))
        {
            scanner = new TermScanner();
        }

        var packed = PackedBlock.Pack(block, scanner);
        scanners.Add(scanner);
        done(packed);
    }
}
