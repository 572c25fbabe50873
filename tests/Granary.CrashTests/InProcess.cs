using Granary.App.Collecting;
using Granary.Blocks;
using Granary.Core.Masking;
using Granary.Core.Model;
using Granary.Core.Ports;
using Granary.Simulator;
using Granary.Sources;
using Granary.State;

namespace Granary.CrashTests;

/// <summary>A collector within the test's own process, for faults that need no dead process.</summary>
internal static class InProcess
{
    public static readonly CollectorOptions Hasty = new()
    {
        RetryBase = TimeSpan.FromMilliseconds(10),
        RetryCap = TimeSpan.FromMilliseconds(200),
        IndexPause = TimeSpan.FromMilliseconds(20),
        MaxAttempts = 50,
        Ingest = new() { WindowBytes = 1 << 20, CheckpointBytes = 512 << 10 },
    };

    /// <summary>How the index of the folder is written: in small segments, without a floor.</summary>
    public static BlockIndexOptions IndexOptions(this CrashFolder folder) => new()
    {
        Folder = folder.Data().IndexFolder,
        SegmentBytes = 512 << 10,
        FlushInterval = TimeSpan.FromMilliseconds(200),
        FreeDiskFloor = 0,
    };

    /// <summary>Collects until done, or until cancelled; the result is false in the latter case.</summary>
    public static async Task<bool> CollectAsync(
        this CrashFolder folder, SimulatedCi ci, BlockIndexOptions index, CollectorOptions options,
        Action<CollectEvent>? tell = null, CancellationToken cancellation = default)
    {
        Directory.CreateDirectory(folder.Path);
        await using var state = await folder.OpenStateAsync();
        await state.SaveSourceAsync(
            new()
            {
                Id = "sim",
                Name = "sim",
                Kind = SourceFactory.ZuulKind,
                Address = ci.BaseAddress.ToString(),
                Tenant = ci.Tenant,
                PollInterval = TimeSpan.FromSeconds(1),
            },
            CancellationToken.None);
        await using var writer = BlockIndexWriter.Open(index);
        var collector = new Collector(state, writer, Open, _ => new Masker(), options, TimeProvider.System, tell ?? (_ => { }));
        try
        {
            return await collector.RunAsync(cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    private static ICiSource Open(SourceDefinition source) => SourceFactory.Create(
        source,
        new() { PageSize = 10, RetryBase = TimeSpan.FromMilliseconds(5), RetryCap = TimeSpan.FromMilliseconds(50) });
}
