using System.CommandLine;
using System.Globalization;
using Granary.App;
using Granary.App.Collecting;
using Granary.App.Searching;
using Granary.Composition;
using Granary.Core.Model;
using Granary.Core.Search;
using Granary.Output;
using Granary.Simulator;

namespace Granary.Verbs;

internal static class DemoVerb
{
    private const string Guide =
        """
        Examples:
          granary demo
          granary demo --builds 50 --seed 7 --once

        Without --data it collects into granary-demo-USER in the temporary folder, and empties that folder first. The data stay
        there until the next demo, so that the other verbs can be tried on them.
        """;

    /// <summary>What <c>--data</c> means here.</summary>
    public const string DataDescription =
        "The data folder, which keeps what it has [default: granary-demo-USER in the temporary folder, emptied first]";

    /// <summary>Questions that the simulator's failing builds answer.</summary>
    private static readonly string[] Samples =
    [
        "\"No space left on device\"",
        "\"segmentation fault\" OR \"core dumped\"",
        "\"timed out\" result:FAILURE",
        "undefined reference*",
        "Traceback result:FAILURE",
        "severity>=error result:FAILURE",
    ];

    private const int SamplesShown = 4;

    private static readonly Option<int> Builds = NumberOption.Create("--builds", "Finished builds that the CI starts with", 500, least: 1);
    private static readonly Option<ulong> Seed = new("--seed") { Description = "The seed that everything follows from", DefaultValueFactory = _ => 1 };
    private static readonly Option<bool> Once = new("--once") { Description = "End when the backlog is collected, instead of following new builds" };

    public static Command Create()
    {
        var verb = new Command("demo", "Starts a simulated CI on loopback, collects its backlog, answers some searches, then follows new builds.") { Builds, Seed, Once };
        VerbGuide.Set(verb, Guide);
        verb.SetAction(RunAsync);
        return verb;
    }

    private static async Task<int> RunAsync(ParseResult call, CancellationToken cancellation)
    {
        try
        {
            return await ShowAsync(call, cancellation);
        }
        catch (OperationCanceledException) when (!call.GetValue(Once) && cancellation.IsCancellationRequested)
        {
            // How a demo ends, whatever it was at; one that was to end by itself is then not complete.
            StandardOutput.Text.WriteLine("stopped");
            return ExitCodes.Success;
        }
    }

    private static async Task<int> ShowAsync(ParseResult call, CancellationToken cancellation)
    {
        var (count, once) = (call.GetValue(Builds), call.GetValue(Once));
        var folder = DemoFolder(call);
        await using var ci = await SimulatedCi.StartAsync(
            new()
            {
                Seed = call.GetValue(Seed),
                Builds = once ? count : count + 1_000_000L,
                BacklogBuilds = count,
                BuildsPerSecond = 0.5,
            },
            cancellation);
        StandardOutput.Text.WriteLine($"A simulated Zuul with {count} finished builds answers at {ci.BaseAddress} (tenant {ci.Tenant}).");
        StandardOutput.Text.WriteLine($"Collecting into {folder.Path}");
        await using var host = await CollectingHost.OpenAsync(Settings.Read(folder, null, null, call.GetValue(GranaryCommand.Index)), null, cancellation);
        var options = new CollectorOptions { Only = [await SaveSourceAsync(host, ci, folder, cancellation)] };

        var done = await CollectBacklogAsync(host, options, cancellation);
        await ShowSamplesAsync(folder, cancellation);
        if (once)
        {
            return done ? ExitCodes.Success : ExitCodes.No;
        }

        await FollowAsync(host, options, cancellation);
        return ExitCodes.Success;
    }

    /// <summary>The named folder, else one in the temporary folder that each demo starts afresh.</summary>
    private static DataFolder DemoFolder(ParseResult call)
    {
        if (call.GetValue(GranaryCommand.Data) is not null)
        {
            return GranaryCommand.Folder(call);
        }

        var folder = new DataFolder(Path.Combine(Path.GetTempPath(), $"granary-demo-{Environment.UserName}"));
        if (CollectorLock.IsHeld(folder))
        {
            throw new UserException($"another demo is running in {folder.Path}; give this one a folder by --data");
        }

        if (Directory.Exists(folder.Path))
        {
            Directory.Delete(folder.Path, recursive: true);
        }

        return folder;
    }

    /// <summary>An earlier demo's source has the tenant, at another port of the loopback address.</summary>
    /// <returns>The source's id.</returns>
    /// <exception cref="UserException">Somebody's own source is called so.</exception>
    private static async Task<string> SaveSourceAsync(CollectingHost host, SimulatedCi ci, DataFolder folder, CancellationToken cancellation)
    {
        var sources = await host.State.ReadSourcesAsync(cancellation);
        var source = new SourceDefinition
        {
            Id = SourceNames.NoId,
            Name = "demo",
            Kind = "zuul",
            Address = ci.BaseAddress.ToString(),
            Tenant = ci.Tenant,
            PollInterval = TimeSpan.FromSeconds(2),
        };
        var earlier = SourceNames.TryFind(sources, source.Name);
        if (earlier is not null
            && !(earlier.Kind == source.Kind && earlier.Tenant == source.Tenant && new Uri(earlier.Address).IsLoopback))
        {
            throw new UserException($"--data: {folder.Path} has a source '{earlier.Name}' of its own; give the demo another folder");
        }

        var id = earlier?.Id ?? await SourceNames.NewIdAsync(host.State, sources, source, cancellation);
        await host.State.SaveSourceAsync(source with { Id = id }, cancellation);
        return id;
    }

    private static async Task<bool> CollectBacklogAsync(CollectingHost host, CollectorOptions options, CancellationToken cancellation)
    {
        using var display = CollectDisplay.Create();
        var run = host.CreateRun(options.ForOnce(), display.Tell, display.Line);
        return await run.RunAsync(display, cancellation);
    }

    private static async Task ShowSamplesAsync(DataFolder folder, CancellationToken cancellation)
    {
        await using var host = await ReadingHost.OpenAsync(folder, null, null, cancellation);
        using var output = new OutputBuffer(StandardOutput.Open());
        var shown = 0;
        foreach (var sample in Samples)
        {
            shown += shown < SamplesShown && await ShowSampleAsync(host, sample, output, cancellation) ? 1 : 0;
        }

        output.WriteLine("");
        output.WriteLine($"Try your own: ./granary search --data {folder.Path} 'error result:FAILURE' --context 2");
        output.WriteLine($"          and: ./granary status --data {folder.Path}; ./granary verify --data {folder.Path}");
        output.Flush();
    }

    /// <returns>False, and nothing is shown, if nothing was found: not every seed has every failure.</returns>
    private static async Task<bool> ShowSampleAsync(
        ReadingHost host, string sample, OutputBuffer output, CancellationToken cancellation)
    {
        var query = new QueryReader(await host.SourcesAsync(cancellation), TimeProvider.System).Read(sample, SearchFilters.None);
        var printer = new TextHitPrinter(output, color: TerminalText.HasColor(), isTerminal: true);
        var any = false;
        await foreach (var found in host.Search.SearchAsync(new() { Query = query, Limit = 3 }, cancellation))
        {
            if (found is LineHit hit)
            {
                output.Write(any ? "" : $"\n$ ./granary search --data {host.Folder.Path} '{sample}'\n");
                any = true;
                printer.Hit(hit);
            }
            else if (found is SearchSummary summary && any)
            {
                printer.End(summary);
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"({(summary.Exact ? "" : "at least ")}{Counts.Of(summary.Total, "line")}, found in {summary.Elapsed.TotalMilliseconds:F1} ms)"));
            }
        }

        return any;
    }

    private static async Task FollowAsync(CollectingHost host, CollectorOptions options, CancellationToken cancellation)
    {
        StandardOutput.Text.WriteLine();
        StandardOutput.Text.WriteLine("Following new builds as they finish; Ctrl-C ends.");
        using var display = CollectDisplay.Create();
        var run = host.CreateRun(options, happened => TellBuild(display, happened), display.Line);
        await run.RunAsync(display, cancellation);
    }

    private static void TellBuild(CollectDisplay display, CollectEvent happened)
    {
        display.Tell(happened);
        if (happened is CollectEvent.BuildDone { Receipt.Status: ReceiptStatus.Complete } done)
        {
            var receipt = done.Receipt;
            display.Line(string.Create(
                CultureInfo.InvariantCulture,
                $"{receipt.WrittenAt.ToLocalTime():HH:mm:ss}  {receipt.Build.Result,-12}  {Counts.Column(receipt.Lines, 7, "line")}  {receipt.Build.Job}"));
        }
    }
}
