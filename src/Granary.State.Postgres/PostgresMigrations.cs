using System.Reflection;
using Dapper;
using Npgsql;

namespace Granary.State.Postgres;

/// <summary>
/// Brings a database to this program's version: numbered scripts, each in one transaction, noted in <c>granary.migration</c>.
/// Any number of processes may migrate at once; a script that was released never changes.
/// </summary>
public static class PostgresMigrations
{
    /// <summary>Any number that nobody else locks by: "granary" in a few bits.</summary>
    private const long Lock = 0x6772616E617279;

    private static readonly Assembly Scripts = typeof(PostgresMigrations).Assembly;

    /// <summary>The names of the scripts, in their order.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. Scripts.GetManifestResourceNames().Where(name => name.EndsWith(".sql", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    /// <returns>The names of the scripts that were missing.</returns>
    /// <exception cref="NpgsqlException">The server does not answer, or refuses a statement.</exception>
    /// <exception cref="InvalidDataException">The database was migrated by a newer program.</exception>
    public static async Task<IReadOnlyList<string>> ApplyAsync(string connectionString, CancellationToken cancellation)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var connection = await source.OpenConnectionAsync(cancellation);
        await connection.ExecuteAsync("SELECT pg_advisory_lock(@Lock)", new { Lock });
        await connection.ExecuteAsync(
            """
            CREATE SCHEMA IF NOT EXISTS granary;
            CREATE TABLE IF NOT EXISTS granary.migration(name text PRIMARY KEY, applied timestamptz NOT NULL DEFAULT now())
            """);
        var known = (await connection.QueryAsync<string>("SELECT name FROM granary.migration")).ToHashSet();
        if (known.Except(Names).Order(StringComparer.Ordinal).FirstOrDefault() is { } unknown)
        {
            throw new InvalidDataException($"the database has {unknown}, which this version does not know: use a newer one");
        }

        var missing = Names.Where(name => !known.Contains(name)).ToList();
        foreach (var name in missing)
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellation);
            await connection.ExecuteAsync(Read(name), transaction: transaction);
            await connection.ExecuteAsync("INSERT INTO granary.migration(name) VALUES (@name)", new { name }, transaction);
            await transaction.CommitAsync(cancellation);
        }

        return missing;
    }

    private static string Read(string name)
    {
        using var reader = new StreamReader(Scripts.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
