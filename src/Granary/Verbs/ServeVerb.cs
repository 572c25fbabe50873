using System.CommandLine;
using Granary.App.Collecting;
using Granary.Composition;
using Granary.Output;
using Granary.Server;

namespace Granary.Verbs;

internal static class ServeVerb
{
    private const string Guide =
        """
        Examples:
          granary serve
          curl http://127.0.0.1:7766/readyz

        Ends cleanly on SIGTERM and Ctrl-C. The other verbs work beside it.
        """;

    private static readonly Option<int> Port =
        NumberOption.Create("--port", "The loopback port of the health page; 0: any free one", 7766, most: 65535);

    public static Command Create()
    {
        var verb = new Command("serve", "Collects for ever, and answers /livez, /readyz and /healthz on the loopback address.") { Port, CollectVerb.Config, CollectVerb.MaxSize, CollectVerb.WaitSearchable };
        VerbGuide.Set(verb, Guide);
        verb.SetAction(RunAsync);
        return verb;
    }

    private static async Task<int> RunAsync(ParseResult call, CancellationToken cancellation)
    {
        var settings = Settings.Read(
            GranaryCommand.Folder(call), call.GetValue(CollectVerb.Config), call.GetValue(CollectVerb.MaxSize),
            call.GetValue(GranaryCommand.Index)).Waiting(call.GetValue(CollectVerb.WaitSearchable));
        try
        {
            await CollectAsync(settings, call.GetValue(Port), cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("stopped");
        }

        return ExitCodes.Success;
    }

    /// <summary>The health page is there as soon as the folder is held, also while an engine is waited for.</summary>
    private static async Task CollectAsync(Settings settings, int port, CancellationToken cancellation)
    {
        CollectRun? run = null;
        HealthServer? health = null;
        var outage = "starting";
        async Task ListenAsync() => health ??= await StartHealthAsync(port, () => run is null ? outage : run.Health(), cancellation);
        async Task WaitingAsync(string line)
        {
            outage = line;
            await Console.Error.WriteLineAsync(line);
            await ListenAsync();
        }

        try
        {
            await using var host = await CollectingHost.OpenAsync(settings, WaitingAsync, cancellation);
            using var display = CollectDisplay.CreatePlain();
            run = host.CreateRun(new CollectorOptions(), display.Tell, display.Line);
            await ListenAsync();
            await Console.Error.WriteLineAsync($"collecting into {settings.Folder.Path}, health at {health!.Address}readyz");
            await run.RunAsync(display, cancellation);
        }
        finally
        {
            if (health is not null)
            {
                await health.DisposeAsync();
            }
        }
    }

    private static async Task<HealthServer> StartHealthAsync(int port, Func<string?> outage, CancellationToken cancellation)
    {
        try
        {
            return await HealthServer.StartAsync(port, outage, cancellation);
        }
        catch (IOException e)
        {
            throw new UserException($"--port: {e.Message}");
        }
    }
}
