using Granary.App.Collecting;
using Granary.Core.Masking;
using Granary.Core.Model;
using Granary.State;
using Granary.Testing;

namespace Granary.App.Tests.Collecting;

/// <summary>A data folder with one scripted source, which is collected as often as a test wants.</summary>
internal sealed class ScriptedRun : IAsyncDisposable
{
    public static readonly BuildKey Key = new("scripted", "b");

    private readonly string folder;

    private ScriptedRun(string folder, SqliteStateStore state) => (this.folder, State) = (folder, state);

    public SqliteStateStore State { get; }

    public ScriptedSource Source { get; } = new();

    public MemoryIndex Index { get; } = new();

    public CollectorOptions Options { get; init; } = new CollectorOptions
    {
        RetryBase = TimeSpan.FromMilliseconds(1),
        IndexPause = TimeSpan.FromMilliseconds(10),
        SourcesInterval = TimeSpan.FromMilliseconds(20),
    };

    public static SourceDefinition Definition =>
        new() { Id = "scripted", Name = "scripted", Kind = "zuul", Address = "http://localhost/", PollInterval = TimeSpan.FromSeconds(1) };

    public static async Task<ScriptedRun> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("granary-scripted-").FullName;
        var state = await SqliteStateStore.OpenAsync(new() { Path = Path.Combine(folder, "state.db") });
        await state.SaveSourceAsync(Definition, default);
        return new(folder, state);
    }

    /// <summary>Collects what there is now.</summary>
    /// <returns>What the collector says of its success, and the build's receipt.</returns>
    public async Task<(bool Done, Receipt Receipt)> CollectAsync()
    {
        var collector = New(Options.ForOnce());
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var done = await collector.RunAsync(patience.Token);
        return (done, (await State.ReadReceiptAsync(Key, default))!);
    }

    public Collector New(CollectorOptions options, Action<CollectEvent>? tell = null) =>
        new(State, Index, _ => Source, _ => new Masker(), options, TimeProvider.System, tell ?? (_ => { }));

    /// <summary>Entries of a file of the build, of every generation.</summary>
    public long Held(string file) => Index.Digests().GetValueOrDefault(new(Key.Id, file)).Entries;

    public async Task<IReadOnlyList<PendingBuild>> PendingAsync() =>
        await State.ReadPendingAsync("scripted", DateTimeOffset.UtcNow.AddYears(1), 10, new HashSet<BuildKey>(), default);

    public async ValueTask DisposeAsync()
    {
        await State.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
