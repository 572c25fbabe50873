using Granary.Core.Ports;

namespace Granary.State.Tests;

public sealed class SqliteConcurrencyTests : ConcurrencyContract
{
    private readonly SqliteFolder folder = new();

    protected override Task<IStateStore> CreateAsync() => folder.OpenAsync();

    protected override Task<IStateStore> OpenSecondAsync() => folder.OpenAsync(readOnly: true);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        folder.Dispose();
    }
}
