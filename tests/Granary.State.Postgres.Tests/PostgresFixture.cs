using Granary.Core.Ports;
using Granary.Tests.Shared;
using Npgsql;

[assembly: AssemblyFixture(typeof(Granary.State.Postgres.Tests.PostgresFixture))]

namespace Granary.State.Postgres.Tests;

/// <summary>One server for all tests, and in it a migrated database that each test gets a copy of.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    private const string Template = "granary_template";

    private readonly SemaphoreSlim copying = new(1);
    private PostgresServer? server;
    private int count;

    public PostgresServer Server
    {
        get
        {
            Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? "");
            return server!;
        }
    }

    public async ValueTask InitializeAsync()
    {
        if (PostgresServer.Missing is null)
        {
            server = await PostgresServer.StartAsync(durable: false, TestContext.Current.CancellationToken);
            await CreateAsync(Template, "template1");
            await PostgresMigrations.ApplyAsync(server.ConnectionString(Template) + ";Pooling=false", TestContext.Current.CancellationToken);
        }
    }

    /// <summary>The connection string of a database that nobody else uses.</summary>
    public async Task<string> CreateDatabaseAsync(bool migrated = true)
    {
        var name = $"granary_{Interlocked.Increment(ref count)}";
        await copying.WaitAsync();
        try
        {
            await CreateAsync(name, migrated ? Template : "template1");
        }
        finally
        {
            copying.Release();
        }

        return Server.ConnectionString(name) + ";Maximum Pool Size=20";
    }

    public async Task<(string Database, IStateStore Store)> CreateStoreAsync()
    {
        var database = await CreateDatabaseAsync();
        return (database, Open(database));
    }

    public static PostgresStateStore Open(string database) => PostgresStateStore.Open(database, TimeProvider.System);

    public async ValueTask DisposeAsync()
    {
        copying.Dispose();
        if (server is not null)
        {
            await server.DisposeAsync();
        }
    }

    private async Task CreateAsync(string name, string template)
    {
        await using var source = NpgsqlDataSource.Create(Server.ConnectionString("postgres") + ";Pooling=false");
        await using var command = source.CreateCommand($"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy");
        await command.ExecuteNonQueryAsync();
    }
}
