using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Granary.Simulator;
using Granary.Tests.Shared;

namespace Granary.ClusterTests;

/// <summary>The built executable with a folder, a database and an engine's indices of its own.</summary>
internal sealed class GranaryProcess(string database, Uri engine, string prefix) : IDisposable
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "granary");

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly List<Process> silos = [];
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("granary-silo-");

    private string Config => Path.Combine(folder.FullName, "sources.json");

    /// <summary>Settings of all that is started from now on.</summary>
    public Dictionary<string, string> Environment { get; } = new()
    {
        ["GRANARY__Index__Prefix"] = prefix,
        ["GRANARY__Index__WaitSearchable"] = "true",
    };

    /// <summary>Writes the file that names the source, as a user would.</summary>
    public void Configure(SimulatedCi ci, string name) => Configure(new
    {
        Name = name, Kind = "zuul", Url = ci.BaseAddress.ToString(), ci.Tenant, Poll = "2s", AllowHosts = new[] { ci.BaseAddress.Authority },
    });

    /// <summary>Writes logs of a line each, last written at the given times, and the file that names their folder as the source.</summary>
    public void Configure(string name, Dictionary<string, DateTime> logs)
    {
        var path = folder.CreateSubdirectory("logs").FullName;
        foreach (var (log, written) in logs)
        {
            File.WriteAllText(Path.Combine(path, log), "a line\n");
            File.SetLastWriteTimeUtc(Path.Combine(path, log), written);
        }

        Configure(new { Name = name, Kind = "directory", Path = path, Poll = "2s" });
    }

    /// <summary>Starts a silo; returns when it is up. Disposing of it is SIGKILL.</summary>
    public async Task<Silo> StartSiloAsync()
    {
        // What it says goes to a file: a pipe that is full, or whose reader missed a wake-up, would stop the silo.
        var log = Path.Combine(folder.FullName, $"silo-{silos.Count}.log");
        var silo = Start("/bin/sh",
        [
            "-c", "exec \"$@\" > \"$0\" 2>&1", log, Program, "silo", "--database", database, "--index", engine.ToString(), "--config", Config,
            "--port", PostgresServer.FreePort().ToString(CultureInfo.InvariantCulture), "--dashboard-port", "0",
        ]);
        silos.Add(silo);
        var began = Stopwatch.GetTimestamp();
        while (!File.Exists(log) || !File.ReadLines(log).Any(line => line.StartsWith("silo ", StringComparison.Ordinal)))
        {
            silo.HasExited.ShouldBeFalse($"the silo ended: {(File.Exists(log) ? await File.ReadAllTextAsync(log) : "")}");
            Stopwatch.GetElapsedTime(began).ShouldBeLessThan(Patience, $"the silo is not up: {log}");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        return new(silo);
    }

    /// <summary>Runs a verb against the engine to its end.</summary>
    public async Task<(int Code, string Output)> RunAsync(params string[] arguments)
    {
        using var process = Start(Program, [.. arguments, "--index", engine.ToString()]);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output + await errors);
    }

    /// <summary>Ends what a failed test left.</summary>
    public void Dispose()
    {
        foreach (var silo in silos)
        {
            silo.Kill();
            silo.WaitForExit();
            silo.Dispose();
        }

        folder.Delete(recursive: true);
    }

    private Process Start(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["GRANARY_DATA"] = folder.FullName;
        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    private void Configure(object source) => File.WriteAllText(Config, JsonSerializer.Serialize(new { Sources = new[] { source } }));

    internal sealed class Silo(Process process) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }
}
