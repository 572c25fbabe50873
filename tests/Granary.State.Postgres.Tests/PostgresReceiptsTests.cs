using Granary.Core.Ports;
using Granary.State.Tests;

namespace Granary.State.Postgres.Tests;

public sealed class PostgresReceiptsTests(PostgresFixture postgres) : ReceiptsContract
{
    private string database = "";

    protected override async Task<IStateStore> CreateAsync()
    {
        (database, var store) = await postgres.CreateStoreAsync();
        return store;
    }

    protected override Task<IStateStore> OpenSecondAsync() => Task.FromResult<IStateStore>(PostgresFixture.Open(database));
}
