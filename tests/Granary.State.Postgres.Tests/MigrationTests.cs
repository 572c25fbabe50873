using Dapper;
using Npgsql;

namespace Granary.State.Postgres.Tests;

public sealed class MigrationTests(PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_second_migration_changes_nothing()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: false);

        (await PostgresMigrations.ApplyAsync(database, Cancellation)).ShouldBe(PostgresMigrations.Names);
        (await PostgresMigrations.ApplyAsync(database, Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Processes_that_migrate_at_once_apply_each_script_once()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: false);

        var applied = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => PostgresMigrations.ApplyAsync(database, Cancellation)));

        applied.SelectMany(names => names).ShouldBe(PostgresMigrations.Names, ignoreOrder: true);
    }

    [Fact]
    public async Task A_database_of_a_newer_program_is_refused()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var connection = new NpgsqlConnection(database);
        await connection.ExecuteAsync("INSERT INTO granary.migration(name) VALUES ('9999-later.sql')");

        (await Should.ThrowAsync<InvalidDataException>(() => PostgresMigrations.ApplyAsync(database, Cancellation)))
            .Message.ShouldContain("9999-later.sql");
    }
}
