using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

[assembly: AssemblyFixture(typeof(Granary.Elastic.Tests.Engine))]

namespace Granary.Elastic.Tests;

/// <summary>
/// The real engine of a test run: the one at GRANARY_OPENSEARCH_URL, or one started once from the folder that GRANARY_OPENSEARCH names. Each
/// test has indices under a prefix of its own.
/// </summary>
public sealed class Engine : IAsyncLifetime
{
    /// <summary>Each test has indices of its own and leaves them; an engine takes a thousand shards unless told.</summary>
    private const string MostShards = "-Ecluster.max_shards_per_node=10000";

    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(120);

    private readonly string folder = Path.Combine(Path.GetTempPath(), $"granary-engine-{Guid.NewGuid():N}");
    private readonly Lock gate = new();
    private Task<Uri>? started;
    private Process? process;

    /// <summary>The engine's address; skips the test where there is no engine.</summary>
    public Task<Uri> AddressAsync()
    {
        var url = Environment.GetEnvironmentVariable("GRANARY_OPENSEARCH_URL");
        var program = Environment.GetEnvironmentVariable("GRANARY_OPENSEARCH");
        Assert.SkipWhen(string.IsNullOrEmpty(url) && string.IsNullOrEmpty(program), "neither GRANARY_OPENSEARCH nor GRANARY_OPENSEARCH_URL is set");
        lock (gate)
        {
            return started ??= string.IsNullOrEmpty(url) ? StartAsync(program!) : Task.FromResult(new Uri(url));
        }
    }

    /// <summary>Options for indices of the test's own.</summary>
    public async Task<ElasticOptions> OptionsAsync() => new()
    {
        Urls = [await AddressAsync()],
        Prefix = $"t{Guid.NewGuid():N}",
        WaitSearchable = true,
        FirstBackOff = TimeSpan.FromMilliseconds(5),
    };

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
            System.IO.Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<Uri> StartAsync(string program)
    {
        var port = FreePort();
        System.IO.Directory.CreateDirectory(folder);
        var start = new ProcessStartInfo(Path.Combine(program, "start"), [$"{port}", folder, "1024", MostShards])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Starts in half the time; slower later, so that long runs set the variable otherwise.
        start.Environment.TryAdd("OPENSEARCH_JAVA_OPTS", "-XX:TieredStopAtLevel=1");
        process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var address = new Uri($"http://127.0.0.1:{port}/");
        using var http = new HttpClient();
        var clock = Stopwatch.StartNew();
        while (!await IsReadyAsync(http, address))
        {
            process.HasExited.ShouldBeFalse("the engine ended while it started");
            clock.Elapsed.ShouldBeLessThan(StartTimeout, "the engine did not start");
        }

        return address;
    }

    private static async Task<bool> IsReadyAsync(HttpClient http, Uri address)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri(address, "_cluster/health?wait_for_status=yellow&timeout=30s"));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            // Nothing listens yet.
            await Task.Delay(100);
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
