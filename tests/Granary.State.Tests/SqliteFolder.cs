using Granary.Core.Ports;

namespace Granary.State.Tests;

/// <summary>A folder for one test's database.</summary>
public sealed class SqliteFolder : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("granary-state-").FullName;

    public string Database => Path.Combine(folder, "state.db");

    public string At(string name) => Path.Combine(folder, name);

    public async Task<IStateStore> OpenAsync(bool readOnly = false) =>
        await SqliteStateStore.OpenAsync(new() { Path = Database, ReadOnly = readOnly });

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
