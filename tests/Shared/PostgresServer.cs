using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Granary.Tests.Shared;

/// <summary>
/// A PostgreSQL of the test's own, in a temporary folder, on a free port of the loopback address, run by an unprivileged user.
/// Found in the folder that <c>GRANARY_POSTGRES</c> names, else where Debian puts it.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private readonly string bin;
    private readonly string folder;
    private readonly string settings;

    private PostgresServer(string bin, string folder, int port, bool durable)
    {
        (this.bin, this.folder, Port) = (bin, folder, port);
        settings = $"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c max_connections=200"
            + $" -c shared_buffers=64MB -c fsync={(durable ? "on" : "off")}";
    }

    /// <summary>Why there is none; null where there is one.</summary>
    public static string? Missing { get; } = FindBin() is null
        ? "no PostgreSQL: install postgresql-15, or name its bin folder by GRANARY_POSTGRES"
        : null;

    public int Port { get; }

    public string ConnectionString(string database) =>
        $"Host=127.0.0.1;Port={Port};Username=granary;Database={database};Include Error Detail=true";

    /// <param name="durable">False: commits do not wait for the disk, for tests that no power loss is part of.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public static async Task<PostgresServer> StartAsync(bool durable, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("granary-postgres-").FullName;
        var server = new PostgresServer(FindBin()!, folder, FreePort(), durable);
        if (IsRoot)
        {
            await RunAsync("chown", ["postgres", folder], cancellation);
        }

        await server.RunAsUserAsync("initdb", ["-D", $"{folder}/data", "-U", "granary", "--auth=trust", "-E", "UTF8", "--locale=C"], cancellation);
        await server.RunControlAsync("start", cancellation);
        return server;
    }

    /// <summary>Ends every session and starts again, as an administrator would.</summary>
    public async Task RestartAsync(CancellationToken cancellation)
    {
        await RunAsUserAsync("pg_ctl", ["stop", "-D", $"{folder}/data", "-m", "fast", "-w"], cancellation);
        await RunControlAsync("start", cancellation);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await RunAsUserAsync("pg_ctl", ["stop", "-D", $"{folder}/data", "-m", "immediate", "-w"], CancellationToken.None);
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>A port that nobody listens on now.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static bool IsRoot => Environment.UserName == "root";

    private static string? FindBin()
    {
        var named = Environment.GetEnvironmentVariable("GRANARY_POSTGRES");
        var places = !string.IsNullOrEmpty(named) ? [named]
            : Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending().Select(place => $"{place}/bin")
            : [];
        return places.FirstOrDefault(place => File.Exists(Path.Combine(place, "initdb")));
    }

    private Task RunControlAsync(string verb, CancellationToken cancellation) => RunAsUserAsync(
        "pg_ctl",
        [
            verb, "-D", $"{folder}/data", "-w", "-l", $"{folder}/log",
            "-o", settings,
        ],
        cancellation);

    private Task RunAsUserAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        var path = Path.Combine(bin, program);
        return IsRoot
            ? RunAsync("runuser", ["-u", "postgres", "--", path, .. arguments], cancellation)
            : RunAsync(path, arguments, cancellation);
    }

    private static async Task RunAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        // The server inherits what pg_ctl writes to: a pipe would stay open as long as it runs.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >/dev/null 2>\"$0\"", Path.GetTempFileName(), program, .. arguments])
        {
            WorkingDirectory = "/",
        };
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync(cancellation);
        var errors = start.ArgumentList[2];
        var text = await File.ReadAllTextAsync(errors, cancellation);
        File.Delete(errors);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {text}");
        }
    }
}
