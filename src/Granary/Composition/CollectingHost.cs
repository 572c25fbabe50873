using Granary.App;
using Granary.App.Collecting;
using Granary.Blocks;
using Granary.Core.Masking;
using Granary.Core.Model;
using Granary.Core.Ports;
using Granary.Elastic;
using Granary.Sources;
using Granary.State;

namespace Granary.Composition;

/// <summary>What a collecting process holds: the folder's lock, the state store, the index writer.</summary>
internal sealed class CollectingHost : IAsyncDisposable
{
    private readonly CollectorLock held;
    private readonly Settings settings;

    private CollectingHost(CollectorLock held, Settings settings, IStateStore state, IIndexWriter index) =>
        (this.held, this.settings, State, Index) = (held, settings, state, index);

    public IStateStore State { get; }

    public IIndexWriter Index { get; }

    /// <summary>Takes the folder and brings the configured sources into it.</summary>
    /// <exception cref="CollectorRunningException">Another process collects into the folder.</exception>
    public static async Task<CollectingHost> OpenAsync(Settings settings, CancellationToken cancellation)
    {
        DataFolders.Create(settings.Folder);
        var held = CollectorLock.Take(settings.Folder);
        try
        {
            var state = await SqliteStateStore.OpenAsync(new() { Path = settings.Folder.StateFile }, cancellation);
            await ConfiguredSources.SaveAsync(state, settings.Sources, cancellation);
            IIndexWriter index = settings.Index is null ? OpenEmbedded(settings) : await OpenEngineAsync(settings, settings.Index, cancellation);
            return new(held, settings, state, index);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <exception cref="UserException">One of the names is no source's, or there is no source at all.</exception>
    public async Task RequireSourcesAsync(IReadOnlyList<string> names, CancellationToken cancellation)
    {
        var sources = await State.ReadSourcesAsync(cancellation);
        if (sources.Count == 0)
        {
            throw new UserException("no source is configured: see 'granary source add --help'");
        }

        foreach (var name in names)
        {
            SourceNames.Find(sources, name);
        }
    }

    /// <summary>A collector with its reporter, ready to run.</summary>
    public CollectRun CreateRun(CollectorOptions options, Action<CollectEvent> tell)
    {
        var collector = new Collector(State, Index, Open, MaskerOf, options, TimeProvider.System, tell);
        return new(collector, new(collector, settings.Folder, TimeProvider.System), State);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
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

    private static async Task<IIndexWriter> OpenEngineAsync(Settings settings, ElasticOptions engine, CancellationToken cancellation)
    {
        var index = await Engines.OpenWriterAsync(engine, cancellation);
        IndexSettings.Remember(settings.Folder, engine);
        foreach (var day in await index.ApplyRetentionAsync(cancellation))
        {
            await Console.Error.WriteLineAsync($"granary: the lines of {day:yyyy-MM-dd} were deleted: they are older than {engine.RetentionDays} days");
        }

        return index;
    }

    private static ICiSource Open(SourceDefinition source) => SourceFactory.Create(source, new());

    /// <summary>The masking of a source, which knows the source's own token.</summary>
    public static Masker MaskerOf(SourceDefinition source)
    {
        var token = source.TokenFile is { } file && File.Exists(file) ? File.ReadAllText(file).Trim() : "";
        return new Masker(token.Length == 0 ? [] : [token]);
    }
}
