using Granary.App;
using Granary.Blocks;
using Granary.Core.Model;
using Granary.Core.Ports;
using Granary.Elastic;

namespace Granary.Composition;

/// <summary>What a verb that only reads holds; works beside a running collector and on a folder that does not exist yet.</summary>
internal sealed class ReadingHost : IAsyncDisposable
{
    private ReadingHost(DataFolder folder, IStateStore state, ILineSearch search, IReadOnlyList<SourceDefinition> sources) =>
        (Folder, State, Search, Sources) = (folder, state, search, sources);

    public DataFolder Folder { get; }

    public IStateStore State { get; }

    public ILineSearch Search { get; }

    public IReadOnlyList<SourceDefinition> Sources { get; }

    public static async Task<ReadingHost> OpenAsync(
        DataFolder folder, string? index, string? database, CancellationToken cancellation)
    {
        var state = await OpenStateAsync(folder, database, cancellation);
        var search = Settings.ReadIndex(folder, index) is { } engine
            ? await OpenEngineAsync(engine, cancellation)
            : BlockIndex.Open(folder.IndexFolder);
        return new(folder, state, search, await state.ReadSourcesAsync(cancellation));
    }

    /// <summary>What a data folder or a cluster's database says; tells where the folder holds nothing yet.</summary>
    public static async Task<IStateStore> OpenStateAsync(DataFolder folder, string? database, CancellationToken cancellation)
    {
        if (database is null && !DataFolders.Exists(folder))
        {
            await Console.Error.WriteLineAsync($"granary: nothing is collected in {folder.Path} yet: see 'granary source add --help'");
        }

        return await StateStores.OpenToReadAsync(folder, database, cancellation);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Search.DisposeAsync();
        await State.DisposeAsync();
    }

    /// <summary>A method of its own: a search of the embedded index does not load what speaks to engines.</summary>
    private static async Task<ILineSearch> OpenEngineAsync(ElasticOptions engine, CancellationToken cancellation) =>
        await Engines.OpenSearchAsync(engine, cancellation);
}
