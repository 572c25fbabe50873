using System.Diagnostics;
using System.Globalization;
using Dapper;
using Granary.Core.Model;
using Granary.Simulator;
using Granary.State.Postgres;
using Granary.Testing;
using Granary.Tests.Shared;
using Npgsql;

namespace Granary.ClusterTests;

/// <summary>A database, and silos as processes of their own that can be killed.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    private readonly List<Process> silos = [];
    private readonly Dictionary<Process, (int Silo, int Dashboard)> ports = [];
    private readonly List<string> output = [];

    private TestCluster(PostgresServer server, string database, PostgresStateStore state) =>
        (Server, Database, State) = (server, database, state);

    public PostgresServer Server { get; }

    /// <summary>The connection string.</summary>
    public string Database { get; }

    public PostgresStateStore State { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<TestCluster> StartAsync()
    {
        Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? "");
        var server = await PostgresServer.StartAsync(durable: true, Cancellation);
        var database = server.ConnectionString("postgres") + ";Maximum Pool Size=40";
        await PostgresMigrations.ApplyAsync(database, Cancellation);
        return new(server, database, PostgresStateStore.Open(database, TimeProvider.System));
    }

    public Task AddSourceAsync(
        SimulatedCi ci, string id, TimeSpan? poll = null, Func<SourceDefinition, SourceDefinition>? change = null) => State.SaveSourceAsync(
        (change ?? (source => source))(new()
        {
            Id = id,
            Name = id,
            Kind = "zuul",
            Address = ci.BaseAddress.ToString(),
            Tenant = ci.Tenant,
            AllowedHosts = [ci.BaseAddress.Authority],
            PollInterval = poll ?? TimeSpan.FromSeconds(2),
        }),
        Cancellation);

    public async Task ChangeSourceAsync(string id, Func<SourceDefinition, SourceDefinition> change) =>
        await State.SaveSourceAsync(change((await State.ReadSourcesAsync(Cancellation)).Single(source => source.Id == id)), Cancellation);

    /// <summary>Starts a silo; returns when it is a member.</summary>
    public async Task<Process> StartSiloAsync(string mode = "silo", params string[] flags)
    {
        var (port, dashboard) = (PostgresServer.FreePort(), PostgresServer.FreePort());
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            ArgumentList =
            {
                mode, Database, port.ToString(CultureInfo.InvariantCulture), dashboard.ToString(CultureInfo.InvariantCulture),
            },
            RedirectStandardOutput = true,
        };
        flags.ToList().ForEach(start.ArgumentList.Add);
        var silo = Process.Start(start)!;
        silos.Add(silo);
        ports[silo] = (port, dashboard);
        var up = new TaskCompletionSource();
        silo.OutputDataReceived += (_, line) =>
        {
            if (line.Data == "silo is up")
            {
                up.TrySetResult();
            }

            lock (output)
            {
                output.Add($"{silo.Id}: {line.Data}");
            }
        };
        silo.EnableRaisingEvents = true;
        silo.Exited += (_, _) => up.TrySetException(new InvalidOperationException($"the silo ended: {Output}"));
        silo.BeginOutputReadLine();
        await up.Task.WaitAsync(TimeSpan.FromMinutes(1), Cancellation);
        return silo;
    }

    public (int Silo, int Dashboard) PortsOf(Process silo) => ports[silo];

    /// <summary>SIGKILL.</summary>
    public static async Task KillAsync(Process silo)
    {
        silo.Kill();
        await silo.WaitForExitAsync(Cancellation);
    }

    /// <summary>SIGTERM, and the wait for its end.</summary>
    public static async Task StopAsync(Process silo)
    {
        using var kill = Process.Start("kill", ["-TERM", silo.Id.ToString(CultureInfo.InvariantCulture)]);
        await silo.WaitForExitAsync(Cancellation);
    }

    public async Task WaitForCompleteAsync(string source, long builds, TimeSpan patience)
    {
        var began = Stopwatch.GetTimestamp();
        while (await CompleteAsync(source) is var complete && complete < builds)
        {
            Stopwatch.GetElapsedTime(began).ShouldBeLessThan(patience, $"{complete} of {builds} builds; {Output}");
            await Task.Delay(100, Cancellation);
        }
    }

    public async Task UntilAsync(Func<Task<bool>> condition, TimeSpan patience)
    {
        var began = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Stopwatch.GetElapsedTime(began).ShouldBeLessThan(patience, Output);
            await Task.Delay(100, Cancellation);
        }
    }

    public async Task<long> CompleteAsync(string source)
    {
        try
        {
            return (await State.ReadTotalsAsync(source, Cancellation)).Builds;
        }
        catch (Core.Ports.StateUnavailableException)
        {
            return -1;
        }
    }

    /// <summary>Every line of every log is there once, nothing else is, nothing is pending.</summary>
    public async Task ShouldHoldExactlyAsync(SimulatedCi ci, string source)
    {
        // Fresh connections: those of before a restart of the database are broken.
        await using var state = PostgresStateStore.Open(Database + ";Pooling=false", TimeProvider.System);
        await using var index = await PostgresLineIndex.OpenAsync(Database + ";Pooling=false", Cancellation);
        (await state.ReadCursorAsync(source, Cancellation)).Pending.ShouldBe(0);
        Truth.Differences(await index.HeldAsync(Cancellation), ci).ShouldBeEmpty();
    }

    public async Task<IReadOnlyList<T>> ListAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(Database);
        return [.. await connection.QueryAsync<T>(sql)];
    }

    /// <summary>Rows of a table, or of a table and a condition.</summary>
    public async Task<long> CountAsync(string from) => (await ListAsync<long>($"SELECT count(*) FROM {from}")).Single();

    public string Output
    {
        get
        {
            lock (output)
            {
                return string.Join('\n', output.TakeLast(60));
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var silo in silos.Where(silo => !silo.HasExited))
        {
            silo.Kill();
            await silo.WaitForExitAsync();
        }

        await State.DisposeAsync();
        NpgsqlConnection.ClearAllPools();
        await Server.DisposeAsync();
    }
}
