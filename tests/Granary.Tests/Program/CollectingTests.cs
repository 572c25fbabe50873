using System.Text.Json;
using Granary.Core.Model;
using Granary.Simulator;
using Granary.State;
using Granary.Testing;

namespace Granary.Tests.Program;

/// <summary>Collecting from a simulated CI, once and for ever.</summary>
public sealed class CollectingTests : IDisposable
{
    private const int Builds = 12;

    private readonly TemporaryFolder folder = new();

    [Fact]
    public async Task Collecting_once_is_complete_and_its_hits_lead_back_to_the_CI()
    {
        await using var ci = await SimulatedCi.StartAsync(new() { Seed = 3, Builds = Builds, BacklogBuilds = Builds }, default);
        await AddAsync(ci);

        var run = await RunAsync("collect", "--once");

        run.Code.ShouldBe(0, run.Error);
        run.Error.ShouldContain($"{Builds} builds, ");
        (await RunAsync("builds", "-o", "json")).Lines.Length.ShouldBe(Builds);
        var hit = JsonDocument.Parse((await RunAsync("search", "*", "-n", "1", "-o", "json")).Lines[0]).RootElement;
        hit.GetProperty("url").GetString().ShouldStartWith(ci.BaseAddress.ToString());
        (await RunAsync("verify", "ci")).Code.ShouldBe(0);
    }

    [Fact]
    public async Task A_CI_that_does_not_answer_is_named_while_it_is_tried_again()
    {
        await using (var ci = await SimulatedCi.StartAsync(new() { Builds = 1, BacklogBuilds = 1 }, default))
        {
            await AddAsync(ci);
        }

        await using var collect = GranaryProgram.Start(folder.Data, "collect", "--once");
        await collect.SaidAsync("trying again");
        collect.Error.ShouldContain("ci: http://127.0.0.1:");

        collect.Terminate();
        (await collect.EndAsync()).Code.ShouldBe(130);
    }

    [Fact]
    public async Task Verbs_work_beside_serve_and_a_second_collector_is_refused()
    {
        var log = folder.Write("logs/a.log", "first\n");
        await RunAsync("source", "add", "directory", "local", "--path", folder.Logs, "--poll", "1s");
        await using var serve = GranaryProgram.Start(folder.Data, "serve", "--port", "0");
        await serve.SaidAsync("health at ");

        var second = await RunAsync("collect", "--once");
        second.Code.ShouldBe(2);
        second.Error.ShouldContain("another collector (process ");

        await File.WriteAllTextAsync(log, "a line that came later\n");
        await Until.TrueAsync(async () => (await RunAsync("search", "later")).Code == 0);
        using (var http = new HttpClient())
        {
            var address = serve.Error.Split("health at ")[1].Split('\n')[0];
            (await http.GetStringAsync(new Uri(address))).ShouldBe("ok\n");
        }

        (await RunAsync("status")).Out.ShouldContain("Bottleneck");
        serve.Terminate();
        (await serve.EndAsync()).Code.ShouldBe(0);
    }

    [Fact]
    public async Task A_port_in_use_is_told_by_serve()
    {
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        var port = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port;

        var run = await RunAsync("serve", "--port", $"{port}");

        run.Code.ShouldBe(2);
        run.Error.ShouldContain("--port: ");
        run.Error.ShouldContain("address already in use");
    }

    [Fact]
    public async Task An_interrupted_collect_ends_as_shells_expect()
    {
        folder.Write("logs/a.log", "first\n");
        await RunAsync("source", "add", "directory", "local", "--path", folder.Logs);
        await using var collect = GranaryProgram.Start(folder.Data, "collect");
        await Until.TrueAsync(async () => (await RunAsync("search", "first")).Code == 0);

        collect.Interrupt();

        (await collect.EndAsync()).Code.ShouldBe(130);
    }

    [Fact]
    public async Task The_demo_collects_and_answers_and_leaves_other_sources_alone()
    {
        folder.Write("logs/a.log", "x\n");
        await RunAsync("source", "add", "directory", "local", "--path", folder.Logs);

        var run = await RunAsync("demo", "--data", folder.Data, "--once", "--builds", "20", "--seed", "1");

        run.Code.ShouldBe(0, run.Error);
        run.Error.ShouldContain("20 builds, ");
        run.Out.ShouldContain("$ ./granary search");
        run.Out.ShouldContain("found in");
        (await RunAsync("builds", "source:local")).Code.ShouldBe(1);
        (await RunAsync("demo", "--data", folder.Data, "--once", "--builds", "20", "--seed", "1")).Code.ShouldBe(0);
    }

    [Fact]
    public async Task The_demo_refuses_a_folder_with_a_source_of_its_name()
    {
        folder.Write("logs/a.log", "x\n");
        await RunAsync("source", "add", "directory", "demo", "--path", folder.Logs);

        var run = await RunAsync("demo", "--data", folder.Data, "--once", "--builds", "1");

        run.Code.ShouldBe(2);
        run.Error.ShouldContain("has a source 'demo' of its own");
        (await RunAsync("source", "show", "demo")).Out.ShouldContain(folder.Logs);
    }

    [Fact]
    public async Task The_help_of_the_demo_says_which_folder_it_empties()
    {
        var run = await RunAsync("demo", "--help");

        run.Out.ShouldContain("empties that folder first");
        run.Out.ShouldNotContain(".local/share/granary");
    }

    [Fact]
    public async Task A_build_given_up_by_an_earlier_run_is_still_not_complete()
    {
        folder.Write("logs/a.log", "x\n");
        await RunAsync("source", "add", "directory", "local", "--path", folder.Logs);
        (await RunAsync("collect", "--once")).Code.ShouldBe(0);
        await using (var state = await SqliteStateStore.OpenAsync(new() { Path = Path.Combine(folder.Data, "state.db") }, default))
        {
            await state.CompleteAsync(
                new()
                {
                    Build = new() { Key = new("local", "b.log"), Job = "b.log", Finished = true },
                    Status = ReceiptStatus.Failed,
                    Reasons = ["unreadable"],
                },
                default);
        }

        var run = await RunAsync("collect", "--once");

        run.Code.ShouldBe(1);
        run.Error.ShouldContain("local: 1 build given up, now or earlier: 'granary verify local --repair'");
    }

    [Fact]
    public async Task A_source_is_collected_by_its_name_in_any_case_and_not_while_it_is_paused()
    {
        folder.Write("logs/a.log", "x\n");
        await RunAsync("source", "add", "directory", "local", "--path", folder.Logs);
        (await RunAsync("collect", "LOCAL", "--once")).Error.ShouldContain("1 build, 1 line");

        await RunAsync("source", "pause", "local");
        var run = await RunAsync("collect", "local", "--once");

        run.Code.ShouldBe(2);
        run.Error.ShouldContain("'local' is paused: see 'granary source resume --help'");
    }

    [Fact]
    public async Task A_name_that_is_not_UTF8_is_told_of()
    {
        folder.Write("logs/a.log", "x\n");
        await RunAsync("source", "add", "directory", "local", "--path", folder.Logs);
        (await ShellAsync("cd \"$GRANARY_DATA/../logs\" && echo y > $'caf\\xe9.log'")).Code.ShouldBe(0);

        await using (var collect = GranaryProgram.Start(folder.Data, "collect", "--once"))
        {
            await collect.SaidAsync("cannot be read: its name is not UTF-8");
            collect.Error.ShouldContain("cannot be read: its name is not UTF-8");
        }

        (await ShellAsync("rm \"$GRANARY_DATA/../logs/\"*")).Code.ShouldBe(0);
    }

    [Fact]
    public async Task Tries_that_fail_are_told_as_they_happen()
    {
        await RunAsync("source", "add", "zuul", "ci", "--url", "http://127.0.0.1:1", "--tenant", "t");

        await using var collect = GranaryProgram.Start(folder.Data, "collect", "--once");
        await collect.SaidAsync("ci: try 1 failed: ");

        collect.Error.ShouldContain("ci: try 1 failed: ");
        collect.Error.ShouldNotContain("(Connection refused)");
    }

    [Fact]
    public async Task Serving_needs_no_standard_error()
    {
        folder.Write("logs/a.log", "first\n");
        await RunAsync("source", "add", "directory", "local", "--path", folder.Logs);

        var run = await ShellAsync(
            "\"$0\" serve --port 0 2>&- & p=$!; until \"$0\" search first > /dev/null 2>&1; do kill -0 $p || exit 9; done; kill $p; wait $p");

        run.Code.ShouldBe(0, run.Error);
    }

    public void Dispose() => folder.Dispose();

    private Task<GranaryRun> ShellAsync(string script) => GranaryProgram.Start(
        folder.Data, new Dictionary<string, string>(), "/bin/bash", ["-c", script, GranaryProgram.Path]).EndAsync();

    private Task<GranaryRun> RunAsync(params string[] arguments) => GranaryProgram.RunAsync(folder.Data, arguments);

    private Task<GranaryRun> AddAsync(SimulatedCi ci) =>
        RunAsync("source", "add", "zuul", "ci", "--url", ci.BaseAddress.ToString(), "--tenant", ci.Tenant);
}
