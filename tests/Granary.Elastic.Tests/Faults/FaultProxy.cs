using System.Buffers;
using System.IO.Compression;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Granary.Elastic.Tests.Faults;

/// <summary>Stands in front of the real engine and makes the faults that it does not make at will.</summary>
public sealed class FaultProxy : IAsyncDisposable
{
    private readonly Uri engine;
    private readonly WebApplication app;
    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });
    private long documents;

    private FaultProxy(Uri engine, FaultPlan plan)
    {
        (this.engine, Plan) = (engine, plan);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Limits.MaxRequestBodySize = null;
        });
        app = builder.Build();
        app.Run(AnswerAsync);
    }

    public FaultPlan Plan { get; }

    public Uri Address { get; private set; } = null!;

    /// <summary>The Authorization header of the last request.</summary>
    public string? Authorization { get; private set; }

    /// <summary>The Content-Length of the last bulk request.</summary>
    public long? BulkLength { get; private set; }

    /// <summary>Bulk requests so far.</summary>
    public int Bulks { get; private set; }

    /// <summary>Documents that the engine was given so far.</summary>
    public long Documents => Interlocked.Read(ref documents);

    public static async Task<FaultProxy> StartAsync(Uri engine, FaultPlan plan)
    {
        var proxy = new FaultProxy(engine, plan);
        await proxy.app.StartAsync();
        proxy.Address = new Uri(proxy.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        http.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        Authorization = context.Request.Headers.Authorization;
        var body = await ReadAsync(context.Request);
        if (Plan.Script(context.Request.Method, context.Request.Path.Value!) is var (told, json))
        {
            await WriteAsync(context, told, Encoding.UTF8.GetBytes(json));
            return;
        }

        if (Plan.StandIn(new EngineRequest(context.Request.Method, context.Request.Path.Value!, body)) is { } answered)
        {
            context.Response.Headers.RetryAfter = answered.RetryAfter;
            await WriteAsync(context, answered.Status, Encoding.UTF8.GetBytes(answered.Json));
            return;
        }

        if (!context.Request.Path.Value!.EndsWith("_bulk", StringComparison.Ordinal))
        {
            var (status, answer) = await ForwardAsync(context.Request, body);
            await WriteAsync(context, status, answer);
            return;
        }

        Bulks++;
        BulkLength = context.Request.ContentLength;
        await Plan.Gate;
        await Task.Delay(Plan.Latency);
        if (body.Length > Plan.LargestBody)
        {
            await WriteAsync(context, 413, []);
        }
        else if (Plan.Happens(Plan.CutBefore))
        {
            context.Abort();
        }
        else if (Plan.Happens(Plan.Unavailable))
        {
            await WriteAsync(context, 503, """{"error":{"type":"cluster_manager_not_discovered_exception","reason":"made up"},"status":503}"""u8.ToArray());
        }
        else
        {
            await AnswerBulkAsync(context, body);
        }
    }

    private async Task AnswerBulkAsync(HttpContext context, byte[] body)
    {
        var bulk = new BulkRequest(body, () => Plan.Happens(Plan.ItemsPushedBack));
        var (status, answer) = bulk.Kept.Length == 0 ? (200, "{\"errors\":false,\"items\":[]}"u8.ToArray()) : await ForwardAsync(context.Request, bulk.Kept);
        Interlocked.Add(ref documents, bulk.KeptCount);
        answer = status == 200 ? bulk.Complete(answer) : answer;
        if (Plan.Happens(Plan.CutAfter))
        {
            context.Abort();
        }
        else if (Plan.Happens(Plan.HalfAnswers))
        {
            context.Response.ContentLength = answer.Length;
            await context.Response.Body.WriteAsync(answer.AsMemory(0, answer.Length / 2));
            await context.Response.Body.FlushAsync();
            context.Abort();
        }
        else
        {
            await WriteAsync(context, status, answer);
        }
    }

    private static async Task WriteAsync(HttpContext context, int status, byte[] answer)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = answer.Length;
        await context.Response.Body.WriteAsync(answer);
    }

    private static async Task<byte[]> ReadAsync(HttpRequest request)
    {
        using var buffer = new MemoryStream();
        var content = request.Headers.ContentEncoding == "gzip" ? new GZipStream(request.Body, CompressionMode.Decompress) : request.Body;
        await content.CopyToAsync(buffer);
        return buffer.ToArray();
    }

    private async Task<(int Status, byte[] Answer)> ForwardAsync(HttpRequest request, byte[] body)
    {
        using var forward = new HttpRequestMessage(new HttpMethod(request.Method), new Uri(engine, request.Path.Value!.TrimStart('/') + request.QueryString));
        if (body.Length > 0)
        {
            forward.Content = new ByteArrayContent(body);
            forward.Content.Headers.TryAddWithoutValidation("Content-Type", request.ContentType);
        }

        using var answer = await http.SendAsync(forward);
        return ((int)answer.StatusCode, await answer.Content.ReadAsByteArrayAsync());
    }
}
