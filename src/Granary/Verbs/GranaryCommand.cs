using System.CommandLine;
using System.CommandLine.Help;
using Granary.App;
using Granary.Blocks;
using Granary.Core.Ports;
using Granary.Core.Queries;
using Granary.Elastic;
using Granary.Output;
using Granary.State;

namespace Granary.Verbs;

/// <summary>The command line: one root, a verb a class.</summary>
internal static class GranaryCommand
{
    private const string Guide =
        """
        Examples:
          granary demo                                   a simulated CI, collected and searched
          granary source add zuul opendev --url https://zuul.opendev.org --tenant openstack --since 7d
          granary collect --once                         until what the CI has now is complete
          granary search '"no space left" job:unit* result:FAILURE since:2d'

        Exit codes: 0 done (search: found), 1 nothing found, a gap, or not everything collected, 2 an error.
        """;

    /// <summary>The folder option, of every verb.</summary>
    public static readonly Option<string?> Data = new("--data", "-d")
    {
        Description = "The data folder [default: $GRANARY_DATA, else $XDG_DATA_HOME/granary, else ~/.local/share/granary]",
        HelpName = "FOLDER",
        Recursive = true,
    };

    /// <summary>The engine option, of every verb.</summary>
    public static readonly Option<string?> Index = new("--index")
    {
        Description = "An Elasticsearch or OpenSearch that holds the lines; the folder remembers it [default: the embedded index]",
        HelpName = "URL",
        Recursive = true,
    };

    private static readonly Verb[] Verbs =
    [
        new("demo", DemoVerb.Create), new("source", SourceVerb.Create), new("collect", CollectVerb.Create), new("serve", ServeVerb.Create),
        new("search", SearchVerb.Create), new("builds", BuildsVerb.Create), new("show", ShowVerb.Create), new("verify", VerifyVerb.Create),
        new("status", StatusVerb.Create),
        new("database", DatabaseVerb.Create), new("silo", SiloVerb.Create),
    ];

    /// <summary>A class: generic code over it is then compiled ahead.</summary>
    private sealed record Verb(string Name, Func<Command> Create);

    public static async Task<int> RunAsync(string[] args)
    {
        StandardError.Guard();
        try
        {
            return await CallAsync(args);
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Interrupted;
        }
        catch (OutputClosedException)
        {
            // As ripgrep does, end quietly.
            return ExitCodes.Success;
        }
        catch (QueryException e)
        {
            await Console.Error.WriteLineAsync($"granary: query, column {e.Column}: {e.Message}");
        }
        catch (Exception e)
        {
            await Console.Error.WriteLineAsync(IsExpected(e) ? $"granary: {e.Message}" : $"granary: a fault of this program: {e}");
        }

        return ExitCodes.Error;
    }

    /// <summary>The folder that the call is about.</summary>
    public static DataFolder Folder(ParseResult call)
    {
        var named = call.GetValue(Data) ?? Environment.GetEnvironmentVariable("GRANARY_DATA");
        return new(System.IO.Path.GetFullPath(string.IsNullOrEmpty(named) ? DataFolder.Default : named));
    }

    private static async Task<int> CallAsync(string[] args)
    {
        var root = new RootCommand("Granary collects the build logs of CI services and makes every line searchable.");
        VerbGuide.Set(root, Guide);
        root.Options.Add(Data);
        root.Options.Add(Index);
        foreach (var verb in Needed(args))
        {
            root.Subcommands.Add(verb.Create());
        }

        if (args.Length == 0)
        {
            await HelpAsync(root.Parse("--help"));
            return ExitCodes.Error;
        }

        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            await TellErrorsAsync(parsed);
            return ExitCodes.Error;
        }

        return parsed.Action is HelpAction ? await HelpAsync(parsed) : await parsed.InvokeAsync(Invocation());
    }

    /// <summary>A search is over in less time than it takes to make all verbs: only those are made that may be meant.</summary>
    private static IReadOnlyList<Verb> Needed(string[] args)
    {
        var named = Verbs.Where(verb => args.Contains(verb.Name)).ToList();
        return named.Count > 0 ? named : Verbs;
    }

    private static async Task<int> HelpAsync(ParseResult parsed)
    {
        var verb = parsed.CommandResult.Command;
        Data.Description = verb.Name == "demo" ? DemoVerb.DataDescription : Data.Description;
        var invocation = Invocation();
        invocation.Output = StandardOutput.Text;
        var code = await parsed.InvokeAsync(invocation);
        VerbGuide.Write(verb);
        return code;
    }

    private static async Task TellErrorsAsync(ParseResult parsed)
    {
        var verb = parsed.CommandResult.Command;
        if (verb.Name == "search" && parsed.UnmatchedTokens.Count > 0)
        {
            var first = parsed.UnmatchedTokens[0];
            await Console.Error.WriteLineAsync(first.StartsWith('-')
                ? $"granary: '{first}' is no option of search: 'granary search --help' shows them; in a query it is quoted with the rest, granary search 'error -flaky'"
                : $"granary: QUERY: '{first}' is one argument too many: a query of several words is quoted, granary search 'two words'");
            return;
        }

        // That no verb was named follows from a verb that is unknown.
        var messages = parsed.UnmatchedTokens.Count > 0
            ? parsed.UnmatchedTokens.Select(token => verb is RootCommand ? $"there is no verb '{token}'" : $"'{token}' is not understood")
            : parsed.Errors.Select(error => error.Message);
        foreach (var message in messages)
        {
            await Console.Error.WriteLineAsync($"granary: {message}");
        }

        await Console.Error.WriteLineAsync(verb is RootCommand ? "Try 'granary --help'." : $"Try 'granary {Path(verb)} --help'.");
    }

    private static string Path(Command verb) =>
        verb.Parents.OfType<Command>().FirstOrDefault() is { } parent and not RootCommand ? $"{Path(parent)} {verb.Name}" : verb.Name;

    private static InvocationConfiguration Invocation() => new()
    {
        EnableDefaultExceptionHandler = false,
        ProcessTerminationTimeout = TimeSpan.FromSeconds(20),
    };

    private static bool IsExpected(Exception e) => e
        is UserException or CollectorRunningException or QueryNotSupportedException or CiException
        or IndexUnavailableException or IndexFormatException or IndexLockedException or ElasticException
        or StateUnavailableException or StateFormatException
        or IOException or UnauthorizedAccessException;
}
