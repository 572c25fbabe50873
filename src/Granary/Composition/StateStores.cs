using Granary.App;
using Granary.Core.Ports;
using Granary.State;
using Granary.State.Postgres;

namespace Granary.Composition;

/// <summary>Opens sources, cursors and receipts: those of a data folder, or, where a database is named, those of a cluster.</summary>
internal static class StateStores
{
    public static async Task<IStateStore> OpenAsync(DataFolder folder, string? database, CancellationToken cancellation) =>
        database is null ? await SqliteStateStore.OpenAsync(new() { Path = folder.StateFile }, cancellation) : OpenCluster(database);

    /// <summary>Works beside a running collector, and on a folder that does not exist yet.</summary>
    public static async Task<IStateStore> OpenToReadAsync(DataFolder folder, string? database, CancellationToken cancellation) =>
        database is null ? await SqliteStateStore.OpenAsync(new() { Path = folder.StateFile, ReadOnly = true }, cancellation) : OpenCluster(database);

    /// <summary>A method of its own: a search of a data folder does not load what speaks to PostgreSQL.</summary>
    private static PostgresStateStore OpenCluster(string database)
    {
        try
        {
            return PostgresStateStore.Open(database, TimeProvider.System);
        }
        catch (ArgumentException e)
        {
            throw new UserException($"--database: {e.Message}");
        }
    }
}
