using Granary.Core.Ports;
using Granary.State.Tests;
using Npgsql;
using static Granary.State.Tests.TestBuilds;

namespace Granary.State.Postgres.Tests;

public sealed class PostgresReceiptsTests(PostgresFixture postgres) : ReceiptsContract
{
    private string database = "";

    [Fact]
    public async Task A_scan_that_the_server_breaks_off_tells_of_an_outage()
    {
        // More than the connection's buffers hold, whatever is done to make it small.
        var noise = new byte[150_000];
        for (var n = 1; n <= 60; n++)
        {
            new Random(n).NextBytes(noise);
            await Store.CompleteAsync(Receipt(Finished(n), 1) with { Reasons = [Convert.ToBase64String(noise)] }, Cancellation);
        }

        await using var receipts = Store.ReadReceiptsAsync(new(), Cancellation).GetAsyncEnumerator(Cancellation);
        (await receipts.MoveNextAsync()).ShouldBeTrue();
        await using (var other = NpgsqlDataSource.Create(postgres.Server.ConnectionString("postgres") + ";Pooling=false"))
        {
            await using var kill = other.CreateCommand(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = $1 AND query LIKE '%FROM granary.receipt r%'");
            kill.Parameters.Add(new() { Value = new NpgsqlConnectionStringBuilder(database).Database });
            (await kill.ExecuteScalarAsync(Cancellation)).ShouldBe(1L);
        }

        await Should.ThrowAsync<StateUnavailableException>(async () =>
        {
            while (await receipts.MoveNextAsync())
            {
            }
        });
    }

    protected override async Task<IStateStore> CreateAsync()
    {
        (database, var store) = await postgres.CreateStoreAsync();
        return store;
    }

    protected override Task<IStateStore> OpenSecondAsync() => Task.FromResult<IStateStore>(PostgresFixture.Open(database));
}
