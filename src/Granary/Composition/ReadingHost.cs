using Granary.App;
using Granary.Blocks;
using Granary.Core.Model;
using Granary.Core.Ports;
using Granary.Elastic;

namespace Granary.Composition;

/// <summary>What a verb that only reads holds; works beside a running collector and on a folder that does not exist yet.</summary>
internal sealed class ReadingHost : IAsyncDisposable
{
    private readonly string? database;
    private IStateStore? state;

    private ReadingHost(DataFolder folder, string? database, ILineSearch search) =>
        (Folder, this.database, Search) = (folder, database, search);

    public DataFolder Folder { get; }

    public ILineSearch Search { get; }

    public static async Task<ReadingHost> OpenAsync(
        DataFolder folder, string? index, string? database, CancellationToken cancellation)
    {
        await TellIfEmptyAsync(folder, database);
        var search = Settings.ReadIndex(folder, index) is { } engine
            ? await OpenEngineAsync(engine, cancellation)
            : BlockIndex.Open(folder.IndexFolder);
        var host = new ReadingHost(folder, database, search);
        if (database is not null || !MayBeDatabase(folder.StateFile))
        {
            // What is wrong must be said, needed or not.
            await host.StateAsync(cancellation);
        }

        return host;
    }

    /// <summary>What a data folder or a cluster's database says; tells where the folder holds nothing yet.</summary>
    public static async Task<IStateStore> OpenStateAsync(DataFolder folder, string? database, CancellationToken cancellation)
    {
        await TellIfEmptyAsync(folder, database);
        return await StateStores.OpenToReadAsync(folder, database, cancellation);
    }

    /// <summary>Opened when first asked for: most searches are answered without it, in a fifth less time.</summary>
    public async Task<IStateStore> StateAsync(CancellationToken cancellation) =>
        state ??= await StateStores.OpenToReadAsync(Folder, database, cancellation);

    public async Task<IReadOnlyList<SourceDefinition>> SourcesAsync(CancellationToken cancellation) =>
        await (await StateAsync(cancellation)).ReadSourcesAsync(cancellation);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Search.DisposeAsync();
        if (state is not null)
        {
            await state.DisposeAsync();
        }
    }

    /// <summary>
    /// By its length: whole pages of 512 bytes or more; also true where there is none yet. Not by its bytes: closing a file drops the locks that
    /// SQLite has on it in this process.
    /// </summary>
    private static bool MayBeDatabase(string path) => new FileInfo(path) is not { Exists: true, Length: var length } || length % 512 == 0;

    private static async Task TellIfEmptyAsync(DataFolder folder, string? database)
    {
        if (database is null && !DataFolders.Exists(folder))
        {
            await Console.Error.WriteLineAsync($"granary: nothing is collected in {folder.Path} yet: see 'granary source add --help'");
        }
    }

    /// <summary>A method of its own: a search of the embedded index does not load what speaks to engines.</summary>
    private static async Task<ILineSearch> OpenEngineAsync(ElasticOptions engine, CancellationToken cancellation) =>
        await Engines.OpenSearchAsync(engine, cancellation);
}
