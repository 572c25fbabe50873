using Granary.App;
using Granary.App.Collecting;
using Granary.Blocks;
using Granary.Core.Model;
using Granary.Core.Ports;
using Granary.Elastic;
using Granary.Sources;
using Granary.Sources.Http;
using Granary.State;

namespace Granary.Composition;

/// <summary>What a collecting process holds: the folder's lock, the state store, the index writer.</summary>
internal sealed class CollectingHost : IAsyncDisposable
{
    private readonly CollectorLock held;
    private readonly Settings settings;
    private readonly IAsyncDisposable? retention;

    private CollectingHost(CollectorLock held, Settings settings, IStateStore state, IIndexWriter index, IAsyncDisposable? retention) =>
        (this.held, this.settings, this.retention, State, Index) = (held, settings, retention, state, index);

    public IStateStore State { get; }

    public IIndexWriter Index { get; }

    /// <summary>Takes the folder and brings the configured sources into it.</summary>
    /// <param name="settings">The folder and its index.</param>
    /// <param name="waiting">Told why an engine that is away is waited for; null: it is not waited for.</param>
    /// <param name="cancellation">Ends waiting.</param>
    /// <exception cref="CollectorRunningException">Another process collects into the folder.</exception>
    /// <exception cref="IndexUnavailableException">The index is not there, and is not waited for or needs other settings.</exception>
    public static async Task<CollectingHost> OpenAsync(Settings settings, Func<string, Task>? waiting, CancellationToken cancellation)
    {
        NativeHeaps.Limit();
        DataFolders.Create(settings.Folder);
        var held = CollectorLock.Take(settings.Folder);
        try
        {
            var state = await SqliteStateStore.OpenAsync(new() { Path = settings.Folder.StateFile }, cancellation);
            await ConfiguredSources.SaveAsync(state, settings.Sources, cancellation);
            return settings.Index is { } engine
                ? await OpenEngineAsync(held, settings, engine, state, waiting, cancellation)
                : new(held, settings, state, OpenEmbedded(settings), null);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <returns>The ids of the sources that are called so; none for none.</returns>
    /// <exception cref="UserException">One of the names is no source's or a paused one's, or there is no source at all.</exception>
    public async Task<IReadOnlyList<string>> ChooseAsync(IReadOnlyList<string> names, CancellationToken cancellation)
    {
        var sources = await State.ReadSourcesAsync(cancellation);
        if (sources.Count == 0)
        {
            throw new UserException("no source is configured: see 'granary source add --help'");
        }

        var ids = new List<string>();
        foreach (var name in names)
        {
            var source = SourceNames.Find(sources, name);
            ids.Add(source switch
            {
                { PurgeLater: true } => throw new UserException($"'{source.Name}' is removed, to be purged: see 'granary source resume --help'"),
                { Paused: true } => throw new UserException($"'{source.Name}' is paused: see 'granary source resume --help'"),
                _ => source.Id,
            });
        }

        return ids;
    }

    /// <summary>The sources that a collector with these options collects, and how many of their builds have been given up, in this run or before.</summary>
    public async Task<IReadOnlyList<(SourceDefinition Source, long Failed)>> ReadFailedAsync(CollectorOptions options, CancellationToken cancellation)
    {
        var failed = new List<(SourceDefinition Source, long Failed)>();
        foreach (var source in await State.ReadSourcesAsync(cancellation))
        {
            if (source.IsCollected && (options.Only.Count == 0 || options.Only.Contains(source.Id))
                && (await State.ReadTotalsAsync(source.Id, cancellation)).Failed is var count and > 0)
            {
                failed.Add((source, count));
            }
        }

        return failed;
    }

    /// <summary>A collector with its reporter, ready to run.</summary>
    /// <param name="options">How it works.</param>
    /// <param name="tell">Told of events.</param>
    /// <param name="log">Told of what sources try again, in a line.</param>
    public CollectRun CreateRun(CollectorOptions options, Action<CollectEvent> tell, Action<string> log)
    {
        var hosts = new HostGates();
        ICiSource Open(SourceDefinition source) => SourceFactory.Create(source, new() { Hosts = hosts, Log = line => log($"{source.Name}: {line}") });
        var collector = new Collector(State, Index, Open, new SourceMaskers().Of, options, TimeProvider.System, tell);
        return new(collector, new(collector, settings.Folder, TimeProvider.System), State);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (retention is not null)
        {
            await retention.DisposeAsync();
        }

        await Index.DisposeAsync();
        await State.DisposeAsync();
        held.Dispose();
    }

    private static BlockIndexWriter OpenEmbedded(Settings settings) => BlockIndexWriter.Open(new()
    {
        Folder = settings.Folder.IndexFolder,
        FreeDiskFloor = settings.FreeDiskFloor,
        MaxSize = settings.MaxSize ?? 0,
    });

    private static async Task<CollectingHost> OpenEngineAsync(
        CollectorLock held, Settings settings, ElasticOptions engine, IStateStore state, Func<string, Task>? waiting, CancellationToken cancellation)
    {
        var (index, retention) = waiting is null ? await Engines.StartAsync(engine, state, cancellation)
            : await new EngineWait(TimeProvider.System, waiting).ForAsync(cancel => Engines.StartAsync(engine, state, cancel), cancellation);
        IndexSettings.Remember(settings.Folder, engine);
        return new(held, settings, state, index, retention);
    }
}
