using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Granary.Simulator;
using Granary.Tests.Shared;

namespace Granary.ClusterTests;

/// <summary>The built executable with a folder, a database and an engine's indices of its own.</summary>
internal sealed class GranaryProcess(string database, Uri engine, string prefix) : IDisposable
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "granary");

    private readonly List<Process> silos = [];
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("granary-silo-");

    private string Config => Path.Combine(folder.FullName, "sources.json");

    /// <summary>Writes the file that names the source, as a user would.</summary>
    public void Configure(SimulatedCi ci, string name) => File.WriteAllText(
        Config,
        JsonSerializer.Serialize(new
        {
            Sources = new[]
            {
                new
                {
                    Name = name, Kind = "zuul", Url = ci.BaseAddress.ToString(), ci.Tenant, Poll = "2s", AllowHosts = new[] { ci.BaseAddress.Authority },
                },
            },
        }));

    /// <summary>Starts a silo; returns when it is up. Disposing of it is SIGKILL.</summary>
    public async Task<Silo> StartSiloAsync()
    {
        var silo = Start(
        [
            "silo", "--database", database, "--index", engine.ToString(), "--config", Config,
            "--port", PostgresServer.FreePort().ToString(CultureInfo.InvariantCulture), "--dashboard-port", "0",
        ]);
        silos.Add(silo);
        var said = new StringBuilder();
        while (await silo.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) is var line && line?.StartsWith("silo ", StringComparison.Ordinal) != true)
        {
            said.AppendLine(line);
            (line is null).ShouldBeFalse($"the silo ended: {said}");
        }

        // A pipe that nobody reads would stop the silo when it is full.
        _ = Task.WhenAll(silo.StandardError.BaseStream.CopyToAsync(Stream.Null), silo.StandardOutput.BaseStream.CopyToAsync(Stream.Null));
        return new(silo);
    }

    /// <summary>Runs a verb against the engine to its end.</summary>
    public async Task<(int Code, string Output)> RunAsync(params string[] arguments)
    {
        using var process = Start([.. arguments, "--index", engine.ToString()]);
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

    private Process Start(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["GRANARY_DATA"] = folder.FullName;
        start.Environment["GRANARY__Index__Prefix"] = prefix;
        start.Environment["GRANARY__Index__WaitSearchable"] = "true";
        return Process.Start(start)!;
    }

    internal sealed class Silo(Process process) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }
}
