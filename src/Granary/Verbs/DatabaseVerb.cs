using System.CommandLine;
using Granary.Composition;
using Granary.Output;
using Granary.State.Postgres;
using Npgsql;

namespace Granary.Verbs;

internal static class DatabaseVerb
{
    private const string Guide =
        """
        Example:
          granary database migrate --database 'Host=db;Username=granary;Database=granary'
        """;

    /// <summary>The option of every verb that works on a cluster's database.</summary>
    public static readonly Option<string?> Database = new("--database")
    {
        Description = "The connection string of a cluster's PostgreSQL [default: $GRANARY__DATABASE, else Database in the configuration file]",
        HelpName = "STRING",
    };

    public static Command Create()
    {
        var migrate = new Command(
            "migrate",
            "Brings a cluster's database to this version: tables of Granary and of Orleans. Done twice, it changes nothing.") { Database, CollectVerb.Config };
        VerbGuide.Set(migrate, Guide);
        migrate.SetAction(MigrateAsync);
        return new Command("database", "The PostgreSQL database of a cluster.") { migrate };
    }

    /// <summary>What a verb reads from: the data folder, or the cluster whose database is named.</summary>
    public static Task<ReadingHost> OpenReadingAsync(ParseResult call, CancellationToken cancellation) => ReadingHost.OpenAsync(
        GranaryCommand.Folder(call), call.GetValue(GranaryCommand.Index), Find(call), cancellation);

    /// <summary>The database that the call is about; null: the data folder's own.</summary>
    public static string? Find(ParseResult call) => call.GetValue(Database) ?? Settings.ReadDatabase(GranaryCommand.Folder(call));

    /// <exception cref="UserException">None is named.</exception>
    public static string Require(ParseResult call, Settings settings) =>
        call.GetValue(Database) ?? settings.Database
        ?? throw new UserException("no database is named: give --database, or Database in the configuration file");

    private static async Task<int> MigrateAsync(ParseResult call, CancellationToken cancellation)
    {
        var settings = Settings.Read(GranaryCommand.Folder(call), call.GetValue(CollectVerb.Config), null, null);
        try
        {
            var applied = await PostgresMigrations.ApplyAsync(Require(call, settings), cancellation);
            StandardOutput.Text.WriteLine(applied.Count == 0 ? "up to date" : $"applied {string.Join(", ", applied)}");
            return ExitCodes.Success;
        }
        catch (NpgsqlException e)
        {
            throw new UserException($"PostgreSQL: {e.Message}");
        }
    }
}
