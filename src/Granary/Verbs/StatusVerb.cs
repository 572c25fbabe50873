using System.CommandLine;
using Granary.App;
using Granary.App.Reporting;
using Granary.Composition;
using Granary.Output;

namespace Granary.Verbs;

internal static class StatusVerb
{
    private const string Guide =
        """
        Examples:
          granary status
          granary status --watch
          granary status --output json
        """;

    private static readonly Option<bool> Watch = new("--watch", "-w") { Description = "Show it anew every second until Ctrl-C" };
    private static readonly Option<string> Output = OutputOption.Create();

    public static Command Create()
    {
        var verb = new Command("status", "Shows how far every source is collected, and, of a running collector, how each stage spends its time.") { Watch, DatabaseVerb.Database, Output };
        VerbGuide.Set(verb, Guide);
        verb.SetAction(RunAsync);
        return verb;
    }

    private static async Task<int> RunAsync(ParseResult call, CancellationToken cancellation)
    {
        var isJson = OutputOption.IsJson(call, Output);
        var database = DatabaseVerb.Find(call);
        var watch = call.GetValue(Watch);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        try
        {
            do
            {
                var report = await ReadAsync(GranaryCommand.Folder(call), call.GetValue(GranaryCommand.Index), database, cancellation);
                if (isJson)
                {
                    StandardOutput.Text.WriteLine(StatusReader.ToJson(report));
                }
                else
                {
                    Show(report, ofCluster: database is not null, clear: watch && !Console.IsOutputRedirected);
                }
            }
            while (watch && await timer.WaitForNextTickAsync(cancellation));
        }
        catch (OperationCanceledException) when (watch && cancellation.IsCancellationRequested)
        {
            // Ctrl-C is how watching ends, not a failure.
            return ExitCodes.Success;
        }

        return ExitCodes.Success;
    }

    /// <summary>Of an engine that is away the rest is told all the same.</summary>
    private static async Task<StatusReport> ReadAsync(
        DataFolder folder, string? index, string? database, CancellationToken cancellation)
    {
        await using var state = await ReadingHost.OpenStateAsync(folder, database, cancellation);
        var engine = (database is null ? Settings.ReadIndex(folder, index) : Settings.ReadIndexOfCluster(folder, index)) is { } named ? await Engines.StatusAsync(named, cancellation) : null;
        return await new StatusReader(state, database is null ? folder : null).ReadAsync(engine, cancellation);
    }

    private static void Show(StatusReport report, bool ofCluster, bool clear)
    {
        if (clear)
        {
            StandardOutput.Text.Write("\e[H\e[2J");
        }

        StatusPrinter.Write(StandardOutput.Text, report, ofCluster);
    }
}
