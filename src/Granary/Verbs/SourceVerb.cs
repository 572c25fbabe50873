using System.CommandLine;
using Granary.Composition;
using Granary.Core.Model;
using Granary.Core.Ports;
using Granary.Output;

namespace Granary.Verbs;

internal static class SourceVerb
{
    private const string Guide =
        """
        Examples:
          granary source add zuul opendev --url https://zuul.opendev.org --tenant openstack --since 7d
          granary source add directory local --path ./logs
          granary source list
        """;

    private static readonly Argument<string> Name = new("NAME") { Description = "What the source is called" };

    private static readonly Option<string> Output = OutputOption.Create();

    private static readonly Option<bool> PurgeLater = new("--purge-later")
    {
        Description = "Keep the source's name until a later purge has deleted its lines",
    };

    public static Command Create()
    {
        var verb = new Command("source", "Adds, lists and changes the CI endpoints that are collected.") { SourceAddVerb.Create() };
        VerbGuide.Set(verb, Guide);
        verb.Subcommands.Add(Sub("list", "Shows all sources.", [DatabaseVerb.Database, Output], ListAsync));
        verb.Subcommands.Add(Sub("show", "Shows one source. Secrets are not shown.", [Name, DatabaseVerb.Database, Output], ShowAsync));
        verb.Subcommands.Add(Sub("pause", "Stops collecting a source until it is resumed.", [Name, DatabaseVerb.Database], (call, cancellation) =>
            ChangeAsync(call, source => source with { Paused = true }, cancellation)));
        verb.Subcommands.Add(Sub("resume", "Collects a paused source again.", [Name, DatabaseVerb.Database], (call, cancellation) =>
            ChangeAsync(call, source => source with { Paused = false, PurgeLater = false }, cancellation)));
        verb.Subcommands.Add(Sub(
            "remove", "Forgets a source and its cursor. Its lines stay searchable.", [Name, PurgeLater, DatabaseVerb.Database], RemoveAsync));
        return verb;
    }

    private static Command Sub(
        string name, string description, Symbol[] parts, Func<ParseResult, CancellationToken, Task<int>> action)
    {
        var verb = new Command(name, description);
        foreach (var part in parts)
        {
            if (part is Argument argument)
            {
                verb.Arguments.Add(argument);
            }
            else
            {
                verb.Options.Add((Option)part);
            }
        }

        verb.SetAction(action);
        return verb;
    }

    private static async Task<int> ListAsync(ParseResult call, CancellationToken cancellation)
    {
        await using var state = await ReadStateAsync(call, cancellation);
        var sources = await state.ReadSourcesAsync(cancellation);
        if (OutputOption.IsJson(call, Output))
        {
            foreach (var source in sources)
            {
                StandardOutput.Text.WriteLine(SourcePrinter.Json(source));
            }
        }
        else
        {
            Columns.Write(StandardOutput.Text, ["NAME", "KIND", "ADDRESS", "STATE"], sources.Select(SourcePrinter.Row));
        }

        return ExitCodes.Success;
    }

    private static async Task<int> ShowAsync(ParseResult call, CancellationToken cancellation)
    {
        await using var state = await ReadStateAsync(call, cancellation);
        var source = SourceNames.Find(await state.ReadSourcesAsync(cancellation), call.GetRequiredValue(Name));
        if (OutputOption.IsJson(call, Output))
        {
            StandardOutput.Text.WriteLine(SourcePrinter.Json(source));
        }
        else
        {
            SourcePrinter.Write(StandardOutput.Text, source);
        }

        return ExitCodes.Success;
    }

    private static async Task<int> ChangeAsync(
        ParseResult call, Func<SourceDefinition, SourceDefinition> change, CancellationToken cancellation)
    {
        await using var state = await OpenStateAsync(call, cancellation);
        var source = SourceNames.Find(await state.ReadSourcesAsync(cancellation), call.GetRequiredValue(Name));
        await state.SaveSourceAsync(change(source), cancellation);
        return ExitCodes.Success;
    }

    private static async Task<int> RemoveAsync(ParseResult call, CancellationToken cancellation)
    {
        if (call.GetValue(PurgeLater))
        {
            return await ChangeAsync(call, source => source with { PurgeLater = true }, cancellation);
        }

        await using var state = await OpenStateAsync(call, cancellation);
        var source = SourceNames.Find(await state.ReadSourcesAsync(cancellation), call.GetRequiredValue(Name));
        await state.RemoveSourceAsync(source.Id, cancellation);
        return ExitCodes.Success;
    }

    /// <exception cref="UserException">There is nothing yet that could be changed.</exception>
    private static async Task<IStateStore> OpenStateAsync(ParseResult call, CancellationToken cancellation)
    {
        var (folder, database) = (GranaryCommand.Folder(call), DatabaseVerb.Find(call));
        return database is not null || DataFolders.Exists(folder)
            ? await StateStores.OpenAsync(folder, database, cancellation)
            : throw new UserException(SourceNames.Unknown([], call.GetRequiredValue(Name)));
    }

    private static async Task<IStateStore> ReadStateAsync(ParseResult call, CancellationToken cancellation) =>
        await StateStores.OpenToReadAsync(GranaryCommand.Folder(call), DatabaseVerb.Find(call), cancellation);
}
