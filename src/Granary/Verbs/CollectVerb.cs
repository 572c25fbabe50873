using System.CommandLine;
using Granary.App.Collecting;
using Granary.Composition;
using Granary.Output;

namespace Granary.Verbs;

internal static class CollectVerb
{
    private const string Guide =
        """
        Examples:
          granary collect                   follow all sources until Ctrl-C
          granary collect opendev --once    until what the CI has now is complete
          granary collect --index http://127.0.0.1:9200    into an Elasticsearch or OpenSearch
          granary collect --wait-searchable                and searches find each line as soon as it counts as collected

        A second collector on the same folder is refused (exit 2). Exit 1: a source could not be read to its end, or a
        build failed; 'granary status' and 'granary verify' say which.
        """;

    public static readonly Option<string?> Config = new("--config")
    {
        Description = "Sources and settings to read as well [default: appsettings.json in the data folder, if there]",
        HelpName = "FILE",
    };

    public static readonly Option<string?> MaxSize = new("--max-size")
    {
        Description = "Stop collecting cleanly when the index is this large (200MB, 50GB)",
        HelpName = "SIZE",
    };

    public static readonly Option<bool> WaitSearchable = new("--wait-searchable")
    {
        Description = "With an engine: count lines as collected only when searches find them, instead of up to 30 s (Index:Refresh) later; slower",
    };

    private static readonly Argument<string[]> Names = new("NAME")
    {
        Description = "Sources to collect [default: all that are not paused]",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<bool> Once = new("--once")
    {
        Description = "End when what the CI has now is complete; exit 0 only if it is",
    };

    public static Command Create()
    {
        var verb = new Command("collect", "Reads builds and their logs from the configured sources into the index, for ever or once.") { Names, Once, Config, MaxSize, WaitSearchable };
        VerbGuide.Set(verb, Guide);
        verb.SetAction(RunAsync);
        return verb;
    }

    private static async Task<int> RunAsync(ParseResult call, CancellationToken cancellation)
    {
        var settings = Settings.Read(GranaryCommand.Folder(call), call.GetValue(Config), call.GetValue(MaxSize), call.GetValue(GranaryCommand.Index)).Waiting(call.GetValue(WaitSearchable));
        Func<string, Task>? waiting = call.GetValue(Once) ? null : line => Console.Error.WriteLineAsync(line);
        await using var host = await CollectingHost.OpenAsync(settings, waiting, cancellation);
        var names = call.GetValue(Names) ?? [];
        var options = new CollectorOptions { Only = await host.ChooseAsync(names, cancellation) };
        options = call.GetValue(Once) ? options.ForOnce() : options;
        using var display = CollectDisplay.Create();
        var run = host.CreateRun(options, display.Tell, display.Line);
        var complete = await run.RunAsync(display, cancellation);
        foreach (var (source, failed) in await host.ReadFailedAsync(options, cancellation))
        {
            display.Line($"{source.Name}: {Counts.Of(failed, "build")} given up, now or earlier: 'granary verify {source.Name} --repair' has the next collect read them again");
            complete = false;
        }

        return complete ? ExitCodes.Success : ExitCodes.No;
    }
}
