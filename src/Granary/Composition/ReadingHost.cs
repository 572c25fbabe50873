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
    private readonly ILineSearch? search;
    private IStateStore? state;

    private ReadingHost(DataFolder folder, string? database, ILineSearch? search) =>
        (Folder, this.database, this.search) = (folder, database, search);

    public DataFolder Folder { get; }

    /// <exception cref="UserException">The lines are a cluster's, so in an engine, and none is named: a data folder's index is not theirs.</exception>
    public ILineSearch Search => search
        ?? throw new UserException("no index is named: the lines of a cluster are in an engine, so give --index with --database, or Index:Url in the configuration file");

    public static async Task<ReadingHost> OpenAsync(
        DataFolder folder, string? index, string? database, CancellationToken cancellation)
    {
        await TellIfEmptyAsync(folder, database);
        var search = database is not null ? await OpenOfClusterAsync(folder, index, cancellation)
            : Settings.ReadIndex(folder, index) is { } engine ? await OpenEngineAsync(engine, cancellation)
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
        if (search is not null)
        {
            await search.DisposeAsync();
        }

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

    private static async Task<ILineSearch?> OpenOfClusterAsync(DataFolder folder, string? index, CancellationToken cancellation) =>
        Settings.ReadIndexOfCluster(folder, index) is { } engine ? await OpenEngineAsync(engine, cancellation) : null;

    /// <summary>A method of its own: a search of the embedded index does not load what speaks to engines.</summary>
    private static async Task<ILineSearch> OpenEngineAsync(ElasticOptions engine, CancellationToken cancellation) =>
        await Engines.OpenSearchAsync(engine, cancellation);
}
