using System.CommandLine;
using System.CommandLine.Help;
using Granary.App;
using Granary.Core.Ports;
using Granary.Core.Queries;

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

    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("Granary collects the build logs of CI services and makes every line searchable.");
        VerbGuide.Set(root, Guide);
        root.Options.Add(Data);
        foreach (var verb in Verbs())
        {
            root.Subcommands.Add(verb);
        }

        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
            {
                await Console.Error.WriteLineAsync($"granary: {error.Message}");
            }

            await Console.Error.WriteLineAsync("Try 'granary --help', or '--help' after a verb.");
            return ExitCodes.Error;
        }

        var code = await InvokeAsync(parsed);
        if (parsed.Action is HelpAction)
        {
            VerbGuide.Write(parsed.CommandResult.Command);
        }

        return code;
    }

    /// <summary>The folder that the call is about.</summary>
    public static DataFolder Folder(ParseResult call)
    {
        var named = call.GetValue(Data) ?? Environment.GetEnvironmentVariable("GRANARY_DATA");
        return new(Path.GetFullPath(string.IsNullOrEmpty(named) ? DataFolder.Default : named));
    }

    private static IEnumerable<Command> Verbs() =>
    [
        DemoVerb.Create(), SourceVerb.Create(), CollectVerb.Create(), ServeVerb.Create(), SearchVerb.Create(),
        BuildsVerb.Create(), ShowVerb.Create(), VerifyVerb.Create(), StatusVerb.Create(),
    ];

    private static async Task<int> InvokeAsync(ParseResult parsed)
    {
        try
        {
            return await parsed.InvokeAsync(new()
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = TimeSpan.FromSeconds(20),
            });
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Interrupted;
        }
        catch (QueryException e)
        {
            await Console.Error.WriteLineAsync($"granary: query, column {e.Column}: {e.Message}");
        }
        catch (IOException e) when (IsClosedPipe(e))
        {
            // The reader of the output has seen enough (head, less): as ripgrep does, end quietly.
            return ExitCodes.Success;
        }
        catch (Exception e) when (IsExpected(e))
        {
            await Console.Error.WriteLineAsync($"granary: {e.Message}");
        }

        return ExitCodes.Error;
    }

    private static bool IsExpected(Exception e) => e
        is UserException or CollectorRunningException or QueryNotSupportedException or CiException or IndexUnavailableException
        or StateUnavailableException or IOException or UnauthorizedAccessException or InvalidDataException or ArgumentException;

    private static bool IsClosedPipe(IOException e) => e.Message.Contains("Broken pipe", StringComparison.OrdinalIgnoreCase);
}
