using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Granary.Elastic.Tests.Http;

/// <summary>A listener on loopback that says to be an OpenSearch, for what needs no real one.</summary>
internal sealed class LoopbackEngine : IAsyncDisposable
{
    private readonly WebApplication app;

    private LoopbackEngine(Func<HttpContext, string, Task<string?>> answer, X509Certificate2? certificate)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
            {
                listen.UseHttps(certificate);
            }
        }));
        app = builder.Build();
        app.Run(context => AnswerAsync(context, answer));
    }

    internal Uri Address { get; private set; } = null!;

    /// <summary>The Authorization header of the last request.</summary>
    internal string? Authorization { get; private set; }

    /// <summary>Requests so far.</summary>
    internal int Requests { get; private set; }

    internal ElasticOptions Options => new ElasticOptions { Urls = [Address], FirstBackOff = TimeSpan.FromMilliseconds(1) }.Validated();

    /// <param name="answer">The JSON for a request and its body; null: what the engine says of itself.</param>
    /// <param name="certificate">Of the listener; null: plain HTTP.</param>
    internal static async Task<LoopbackEngine> StartAsync(Func<HttpContext, string, Task<string?>>? answer = null, X509Certificate2? certificate = null)
    {
        var engine = new LoopbackEngine(answer ?? ((_, _) => Task.FromResult<string?>(null)), certificate);
        await engine.app.StartAsync();
        engine.Address = new Uri(engine.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return engine;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context, Func<HttpContext, string, Task<string?>> answer)
    {
        (Authorization, Requests) = (context.Request.Headers.Authorization, Requests + 1);
        using var reader = new StreamReader(context.Request.Body);
        var said = await answer(context, await reader.ReadToEndAsync())
            ?? """{"version":{"distribution":"opensearch","number":"2.19.0"},"tagline":"The OpenSearch Project: https://opensearch.org/"}""";
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(said);
    }
}
