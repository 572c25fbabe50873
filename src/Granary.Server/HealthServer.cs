using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Granary.Server;

/// <summary>
/// Kubernetes-style probes on loopback: <c>/livez</c> says that the process answers, <c>/readyz</c> and <c>/healthz</c> whether it collects: 200
/// or 503, and a line of text that says why.
/// </summary>
public sealed class HealthServer : IAsyncDisposable
{
    private readonly WebApplication app;

    private HealthServer(WebApplication app) => this.app = app;

    /// <summary>Where it listens, with a slash at its end.</summary>
    public Uri Address => new(app.Urls.First().TrimEnd('/') + "/");

    /// <param name="port">On 127.0.0.1; 0 for any free one.</param>
    /// <param name="outage">Null while all is well, else what is wrong.</param>
    /// <param name="cancellation">Gives up starting.</param>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<HealthServer> StartAsync(int port, Func<string?> outage, CancellationToken cancellation)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, port));
        var app = builder.Build();
        app.MapGet("/livez", () => Results.Text("ok\n"));
        app.MapGet("/readyz", () => Answer(outage()));
        app.MapGet("/healthz", () => Answer(outage()));
        await app.StartAsync(cancellation);
        return new(app);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }

    private static IResult Answer(string? outage) =>
        outage is null ? Results.Text("ok\n") : Results.Text(outage + "\n", statusCode: StatusCodes.Status503ServiceUnavailable);
}
