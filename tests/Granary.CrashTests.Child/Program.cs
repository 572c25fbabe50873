using System.Text.Json;
using Granary.App;
using Granary.App.Collecting;
using Granary.Blocks;
using Granary.Core.Masking;
using Granary.Core.Model;
using Granary.CrashTests.Child;
using Granary.Sources;
using Granary.State;

// Collects a simulated CI into a data folder as the product does, but dies where its plan says so. Exit code 0: complete.
var plan = JsonSerializer.Deserialize<ChildPlan>(args[0])!;
var folder = new DataFolder(plan.Folder);
var kill = new KillSwitch(plan);
using var alone = CollectorLock.Take(folder);
await using var store = await SqliteStateStore.OpenAsync(new() { Path = folder.StateFile });
await store.SaveSourceAsync(
    new()
    {
        Id = "sim",
        Name = "sim",
        Kind = SourceFactory.ZuulKind,
        Address = plan.Address,
        Tenant = plan.Tenant,
        PollInterval = TimeSpan.FromMilliseconds(plan.PollMilliseconds),
    },
    CancellationToken.None);
await using var writer = BlockIndexWriter.Open(new()
{
    Folder = folder.IndexFolder,
    SegmentBytes = plan.SegmentBytes,
    FlushInterval = TimeSpan.FromMilliseconds(plan.FlushMilliseconds),
    FreeDiskFloor = 0,
});
var options = new CollectorOptions
{
    RetryBase = TimeSpan.FromMilliseconds(20),
    IndexPause = TimeSpan.FromMilliseconds(50),
    Ingest = new() { WindowBytes = plan.WindowBytes, CheckpointBytes = plan.CheckpointBytes },
};
var collector = new Collector(
    new KillingState(store, kill), new KillingIndex(writer, kill), Open, _ => new Masker(),
    plan.Once ? options.ForOnce() with { MaxAttempts = plan.MaxAttempts } : options, TimeProvider.System, _ => { });
var complete = await collector.RunAsync(CancellationToken.None);
kill.WriteHits();
return complete ? 0 : 1;

KillingSource Open(SourceDefinition definition) => new(
    SourceFactory.Create(
        definition,
        new()
        {
            PageSize = plan.PageSize,
            RetryBase = TimeSpan.FromMilliseconds(5),
            RetryCap = TimeSpan.FromMilliseconds(50),
            // Else a zip bomb would bring millions of lines before it is refused.
            Decoding = new() { RatioFrom = 1 << 20, MaxRatio = 100 },
            OverlapWindow = TimeSpan.FromSeconds(plan.OverlapSeconds),
        }),
    plan,
    kill);
